import * as z from 'zod';
import type { GateContext } from '../../core/context.ts';
import { createGraphQl } from './graphql.ts';
import { readRailwayToken } from './token.ts';

/** Railway's GraphQL schema, VolumeInstanceBackup: what is used of it. */
const backupSchema = z.looseObject({
  id: z.string(),
  createdAt: z.string(),
  usedMB: z.number().nullish(),
  referencedMB: z.number().nullish(),
});

export type VolumeBackup = z.infer<typeof backupSchema>;

/** The backups of a volume. Throws as `Api` does. */
export async function listVolumeBackups(id: string, context: GateContext): Promise<VolumeBackup[]> {
  const ask = createGraphQl(readRailwayToken(context), { context });
  const query = `query ($id: String!) {
    volumeInstanceBackupList(volumeInstanceId: $id) { id createdAt usedMB referencedMB }
  }`;
  const schema = z.looseObject({ volumeInstanceBackupList: z.array(backupSchema) });
  const { signal } = context;
  const data = await ask(schema, { query, variables: { id }, what: `the backups of the volume ${id}`, signal });
  return data.volumeInstanceBackupList;
}
