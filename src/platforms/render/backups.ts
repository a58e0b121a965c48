import * as z from 'zod';
import { createApi } from '../../clients/api/api.ts';
import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';

/** render-oss/cli pkg/client/types_gen.go, RecoveryInfo and PostgresExport. */
const recoverySchema = z.looseObject({ recoveryStatus: z.string(), startsAt: z.string().optional() });
const exportsSchema = z.array(z.looseObject({ id: z.string(), createdAt: z.string(), url: z.string().nullish() }));

/** Render's API for one PostgreSQL database. Every method throws as `Api` does. */
export interface RenderRecovery {
  readRecovery(id: string, signal: AbortSignal): Promise<z.infer<typeof recoverySchema>>;
  listExports(id: string, signal: AbortSignal): Promise<z.infer<typeof exportsSchema>>;
}

export function createRenderRecovery(context: GateContext): RenderRecovery {
  const token = readSecret(context, 'RENDER_API_KEY', { purpose: 'the backups on Render' }).trim();
  const api = createApi(
    {
      name: 'Render',
      baseUrl: (context.variables.RENDER_HOST || 'https://api.render.com/v1/').replace(/\/+$/, ''),
      headers: { authorization: `Bearer ${token}` },
      variable: 'RENDER_API_KEY',
      tokenHelp:
        'Create an API key under Account Settings → API Keys on Render, and store it as the secret RENDER_API_KEY.',
      findMessage: body => z.looseObject({ message: z.string() }).safeParse(body).data?.message,
      timeout: 20_000,
    },
    context,
  );
  const at = (id: string, rest: string) => `/postgres/${encodeURIComponent(id)}/${rest}`;
  return {
    readRecovery: (id, signal) =>
      api(recoverySchema, { method: 'GET', path: at(id, 'recovery'), what: `the recovery of ${id}`, signal }),
    listExports: (id, signal) =>
      api(exportsSchema, { method: 'GET', path: at(id, 'export'), what: `the exports of ${id}`, signal }),
  };
}
