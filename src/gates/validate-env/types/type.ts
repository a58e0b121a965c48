import type { Variable } from '../../../config/schema/variables.ts';
import type { Boundary, Finding } from '../../../core/finding.ts';
import type { Subject } from '../rules/rule.ts';
import { boolean } from './boolean.ts';
import { number } from './number.ts';
import { origins } from './origins.ts';
import { port } from './port.ts';
import { postgresUrl } from './postgres-url.ts';
import { redisUrl } from './redis-url.ts';
import { secret } from './secret.ts';
import { string } from './string.ts';
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
    case 'secret':
      return secret({ ...subject, declared });
    case 'postgres-url':
      return postgresUrl({ ...subject, declared });
    case 'redis-url':
      return redisUrl({ ...subject, declared });
    default:
      return string({ ...subject, declared });
  }
}

/** The trust boundary of a variable that names none. */
export function boundaryOf(declared: Variable): Boundary {
  if (declared.boundary) return declared.boundary;
  if (declared.type === 'secret') return 'identity';
  return declared.type === 'postgres-url' || declared.type === 'redis-url' ? 'data' : 'delivery';
}

/** Whether the value must never be shown: by its type, by a name that says so, or as an address with a password. */
export function isSecret(variable: string, declared: Variable, value: string): boolean {
  return (
    ['secret', 'postgres-url', 'redis-url'].includes(declared.type ?? 'string') ||
    /SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PRIVATE|CREDENTIAL|API_?KEY|_KEY$|_DSN$/i.test(variable) ||
    /^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]*@/i.test(value)
  );
}
