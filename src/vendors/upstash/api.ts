import * as z from 'zod';
import { createApi } from '../../clients/api/api.ts';
import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';

/** upstash/docs devops/developer-api/openapi.yml: the parts in use. */
const databaseSchema = z.looseObject({
  eviction: z.boolean().optional(),
  state: z.string().optional(),
  daily_backup_enabled: z.boolean().optional(),
});

const backupsSchema = z.array(
  z.looseObject({
    name: z.string().optional(),
    /** Unix time in seconds. */
    creation_time: z.number(),
    state: z.string(),
    backup_size: z.number().default(0),
  }),
);

export type UpstashDatabase = z.infer<typeof databaseSchema>;
export type UpstashBackups = z.infer<typeof backupsSchema>;

/** Upstash's developer API. Every method throws as `Api` does. */
export interface Upstash {
  database(id: string, signal: AbortSignal): Promise<UpstashDatabase>;
  backups(id: string, signal: AbortSignal): Promise<UpstashBackups>;
}

export function createUpstash(context: GateContext): Upstash {
  const email = readSecret(context, 'UPSTASH_EMAIL', { purpose: 'the settings of Upstash' }).trim();
  const key = readSecret(context, 'UPSTASH_API_KEY', { purpose: 'the settings of Upstash' }).trim();
  const credentials = Buffer.from(`${email}:${key}`).toString('base64');
  context.redactor.add(credentials);
  const api = createApi(
    {
      name: 'Upstash',
      baseUrl: (context.variables.UPSTASH_API_URL || 'https://api.upstash.com/v2').replace(/\/+$/, ''),
      headers: { authorization: `Basic ${credentials}` },
      variable: 'UPSTASH_API_KEY',
      tokenHelp:
        'Create a key at console.upstash.com/account/api, and store it as the secret UPSTASH_API_KEY, with UPSTASH_EMAIL. The API does not know databases that were created through a marketplace.',
      findMessage: body =>
        typeof body === 'string' ? body : z.looseObject({ error: z.string() }).safeParse(body).data?.error,
      timeout: 20_000,
    },
    context,
  );
  return {
    database: (id, signal) =>
      api(databaseSchema, {
        method: 'GET',
        path: `/redis/database/${encodeURIComponent(id)}?credentials=hide`,
        what: `the settings of the database ${id}`,
        signal,
      }),
    backups: (id, signal) =>
      api(backupsSchema, {
        method: 'GET',
        path: `/redis/list-backup/${encodeURIComponent(id)}`,
        what: `the backups of the database ${id}`,
        signal,
      }),
  };
}
