import type { Variable } from '../../../config/schema/variables.ts';
import type { Boundary, Finding } from '../../../core/finding.ts';
import type { Subject } from '../rules/rule.ts';
import { base64 } from './base64.ts';
import { boolean } from './boolean.ts';
import { cron } from './cron.ts';
import { duration } from './duration.ts';
import { email } from './email.ts';
import { json } from './json.ts';
import { jwt } from './jwt.ts';
import { number } from './number.ts';
import { origins } from './origins.ts';
import { pem } from './pem.ts';
import { port } from './port.ts';
import { postgresUrl } from './postgres-url.ts';
import { redisUrl } from './redis-url.ts';
import { secret } from './secret.ts';
import { string } from './string.ts';
import { supabaseKey } from './supabase-key.ts';
import { supabaseUrl } from './supabase-url.ts';
import { upstashRestUrl } from './upstash-rest-url.ts';
import { url } from './url.ts';

/** Holds a value against its declared type. */
export function findingsOfType(subject: Subject): Finding[] {
  const { declared } = subject;
  switch (declared.type) {
    case 'number':
      return number({ ...subject, declared });
    case 'boolean':
      return boolean({ ...subject, declared });
    case 'port':
      return port({ ...subject, declared });
    case 'url':
      return url({ ...subject, declared });
    case 'origins':
      return origins({ ...subject, declared });
    case 'email':
      return email({ ...subject, declared });
    case 'duration':
      return duration({ ...subject, declared });
    case 'json':
      return json({ ...subject, declared });
    case 'base64':
      return base64({ ...subject, declared });
    case 'cron':
      return cron({ ...subject, declared });
    case 'pem':
      return pem({ ...subject, declared });
    case 'secret':
      return secret({ ...subject, declared });
    case 'jwt':
      return jwt({ ...subject, declared });
    case 'postgres-url':
      return postgresUrl({ ...subject, declared });
    case 'redis-url':
      return redisUrl({ ...subject, declared });
    case 'supabase-url':
      return supabaseUrl({ ...subject, declared });
    case 'supabase-key':
      return supabaseKey({ ...subject, declared });
    case 'upstash-rest-url':
      return upstashRestUrl({ ...subject, declared });
    default:
      return string({ ...subject, declared });
  }
}

/** The trust boundary of a variable that names none. */
export function boundaryOf(declared: Variable): Boundary {
  if (declared.boundary) return declared.boundary;
  switch (declared.type) {
    case 'secret':
    case 'jwt':
    case 'pem':
    case 'supabase-key':
      return 'identity';
    case 'postgres-url':
    case 'redis-url':
    case 'supabase-url':
    case 'upstash-rest-url':
      return 'data';
    default:
      return 'delivery';
  }
}
