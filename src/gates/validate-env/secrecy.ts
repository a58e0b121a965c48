import type { Variable } from '../../config/schema/variables.ts';
import { findType } from './types/index.ts';
import { readClaims } from './types/jwt-claims.ts';
import { parseKey } from './types/supabase-key.ts';

const nameOfSecret =
  /SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PRIVATE|CREDENTIAL|API_?KEY|_KEY$|_DSN$|WEBHOOK_URL$|DATABASE_URL$|REDIS_URL$/i;
const addressWithPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;

/** Whether a value must never be shown: because of its type, its name, or a password in it. */
export function isSecret(variable: string, declared: Variable | undefined, value: string): boolean {
  return isServerOnly(declared, value) || nameOfSecret.test(variable) || addressWithPassword.test(value);
}

/** Whether whoever has the value could do harm. A publishable key in a browser could not. */
export function isServerOnly(declared: Variable | undefined, value: string): boolean {
  const decided = declared && findType(declared).isSecret?.(declared, value);
  return decided ?? (parseKey(value)?.role === 'secret' || readClaims(value)?.role === 'service_role');
}

/** Whether browsers may have the value, although its name is that of a secret. */
export function isPublic(declared: Variable): boolean {
  return findType(declared).isPublic?.(declared) ?? false;
}
