import type { Variable } from '../../config/schema/variables.ts';
import { claimsOf } from './types/jwt-claims.ts';
import { keyOf } from './types/supabase-key.ts';

const nameOfSecret =
  /SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PRIVATE|CREDENTIAL|API_?KEY|_KEY$|_DSN$|WEBHOOK_URL$|DATABASE_URL$|REDIS_URL$/i;
const addressWithPassword = /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i;

/** Whether a value must never be shown: by its type, by a name that says so, or as an address with a password. */
export function isSecret(variable: string, declared: Variable | undefined, value: string): boolean {
  return mustStayOnServers(declared, value) || nameOfSecret.test(variable) || addressWithPassword.test(value);
}

/** Whether who has the value could do harm with it; a publishable key in a browser is no secret. */
export function mustStayOnServers(declared: Variable | undefined, value: string): boolean {
  switch (declared?.type) {
    case 'secret':
    case 'postgres-url':
    case 'redis-url':
    case 'base64':
      return true;
    case 'pem':
      return value.includes('PRIVATE KEY') || declared.holds === 'private-key';
    case 'supabase-key':
      return declared.role === 'secret' || keyOf(value)?.role === 'secret';
    default:
      return keyOf(value)?.role === 'secret' || claimsOf(value)?.role === 'service_role';
  }
}
