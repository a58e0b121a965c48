import * as z from 'zod';
import { createApi } from '../../clients/api/api.ts';
import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';

/** supabase/cli pkg/api/types.gen.go, V1BackupsResponse: the parts in use. */
const backupsSchema = z.looseObject({
  pitr_enabled: z.boolean().default(false),
  backups: z.array(z.looseObject({ status: z.string(), inserted_at: z.string() })).default([]),
  physical_backup_data: z.looseObject({ latest_physical_backup_date_unix: z.number().optional() }).default({}),
});

/** supabase/cli pkg/api/types.gen.go, AuthConfigResponse: the parts in use. */
const authSchema = z.looseObject({
  smtp_host: z.string().nullish(),
  mailer_autoconfirm: z.boolean().nullish(),
  mfa_totp_enroll_enabled: z.boolean().nullish(),
  mfa_totp_verify_enabled: z.boolean().nullish(),
});

export type SupabaseBackups = z.infer<typeof backupsSchema>;
export type SupabaseAuth = z.infer<typeof authSchema>;

/** Supabase's Management API. Every method throws as `Api` does. */
export interface SupabaseManagement {
  backups(project: string, signal: AbortSignal): Promise<SupabaseBackups>;
  auth(project: string, signal: AbortSignal): Promise<SupabaseAuth>;
}

export function createSupabaseManagement(context: GateContext): SupabaseManagement {
  const token = readSecret(context, 'SUPABASE_ACCESS_TOKEN', { purpose: 'the settings of Supabase' }).trim();
  const api = createApi(
    {
      name: 'Supabase',
      baseUrl: (context.variables.SUPABASE_API_URL || 'https://api.supabase.com').replace(/\/+$/, ''),
      headers: { authorization: `Bearer ${token}` },
      variable: 'SUPABASE_ACCESS_TOKEN',
      tokenHelp:
        'Create a token at supabase.com/dashboard/account/tokens, and store it as the secret SUPABASE_ACCESS_TOKEN.',
      findMessage: body => z.looseObject({ message: z.string() }).safeParse(body).data?.message,
      timeout: 20_000,
    },
    context,
  );
  const at = (project: string, rest: string) => `/v1/projects/${encodeURIComponent(project)}/${rest}`;
  return {
    backups: (project, signal) =>
      api(backupsSchema, {
        method: 'GET',
        path: at(project, 'database/backups'),
        what: `the backups of the project ${project}`,
        signal,
      }),
    auth: (project, signal) =>
      api(authSchema, {
        method: 'GET',
        path: at(project, 'config/auth'),
        what: `the auth settings of the project ${project}`,
        signal,
      }),
  };
}
