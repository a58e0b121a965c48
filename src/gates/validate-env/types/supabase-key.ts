import type { VariableOf } from '../../../config/schema/variables.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { readClaims } from '../../../core/jwt-claims.ts';
import { attemptRequest } from '../live/attempt-request.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';
import { checkExpiry } from './jwt.ts';

export const legacyKey: FindingKind = {
  code: 'env/legacy-supabase-key',
  severity: 'warning',
  boundary: 'identity',
  meaning: 'Supabase stops accepting legacy keys (`anon` and `service_role`) at the end of 2026.',
  cause: 'The key was made before Supabase had publishable and secret keys.',
  help: 'Create `sb_publishable_…` and `sb_secret_…` under Settings, API Keys, and set those.',
};

export const wrongRole: FindingKind = {
  code: 'env/wrong-key-role',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A Supabase key has the wrong role: a server lacks permissions, or a browser has all of them.',
  cause: 'The dashboard shows the two keys side by side, and the wrong one was copied.',
  help: 'Set it to the key with the declared role.',
};

type Role = VariableOf<'supabase-key'>['role'];

/** docs: Supabase, Migrating to new API keys: what each key looks like, and that legacy ones end in 2026. */
export const supabaseKey: EnvironmentType<VariableOf<'supabase-key'>> = {
  boundary: 'identity',
  rule: subject => {
    const { name, declared, value, where } = subject;
    const key = parseKey(value);
    if (key === undefined) {
      const help = 'Set it to a key from the project, under Settings, API Keys.';
      return [reportInvalid(subject, 'is not a Supabase key', help)];
    }
    const findings =
      key.role === declared.role
        ? []
        : [
            found(wrongRole, {
              message: `${name} is a ${key.role} key, but the contract declares a ${declared.role} key.`,
              help: `Set it to the ${declared.role} key of the project.`,
              ...where,
            }),
          ];
    if (!key.legacy) return findings;
    const message = `${name} is a legacy Supabase key, which stops working at the end of 2026.`;
    return [...findings, ...checkExpiry(subject, key.legacy, 0), found(legacyKey, { message, ...where })];
  },
  isSecret: ({ role }, value) => role === 'secret' || parseKey(value)?.role === 'secret',
  isPublic: ({ role }) => role === 'publishable',
  attempt: attemptRequest,
  guess: {
    names: [
      [/SUPABASE.*(ANON|PUBLISHABLE)/, '{ type: supabase-key, role: publishable }'],
      [
        /SUPABASE.*(SERVICE_ROLE|SECRET_KEY)|SERVICE_ROLE_KEY/,
        '{ type: supabase-key, role: secret, never-in: others }',
      ],
    ],
  },
};

/** What a key of Supabase is for, and the claims of a legacy one; undefined for anything else. */
export function parseKey(value: string): { role: Role; legacy?: { exp?: unknown; ref?: unknown } } | undefined {
  if (/^sb_publishable_[\w-]+$/.test(value)) return { role: 'publishable' };
  if (/^sb_secret_[\w-]+$/.test(value)) return { role: 'secret' };
  const claims = readClaims(value);
  if (claims?.role === 'anon') return { role: 'publishable', legacy: claims };
  return claims?.role === 'service_role' ? { role: 'secret', legacy: claims } : undefined;
}
