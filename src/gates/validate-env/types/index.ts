import type { Variable, VariableOf, VariableType } from '../../../config/schema/variables.ts';
import type { Boundary } from '../../../core/finding.ts';
import type { Rule } from '../rule.ts';
import { base64 } from './base64.ts';
import { boolean } from './boolean.ts';
import { cron } from './cron.ts';
import { duration } from './duration.ts';
import { email } from './email.ts';
import type { EnvironmentType } from './environment-type.ts';
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

/** Every type of the contract. `draft` proposes the first whose guess fits, so special types stand before general ones. */
const types: { [Type in VariableType]: EnvironmentType<VariableOf<Type>> } = {
  string,
  port,
  'postgres-url': postgresUrl,
  'upstash-rest-url': upstashRestUrl,
  'redis-url': redisUrl,
  'supabase-url': supabaseUrl,
  'supabase-key': supabaseKey,
  origins,
  pem,
  cron,
  duration,
  email,
  boolean,
  url,
  secret,
  number,
  json,
  base64,
  jwt,
};

export const typesInOrder: EnvironmentType[] = Object.values(types);

export function findType({ type = 'string' }: Variable): EnvironmentType {
  return types[type];
}

export const validateType: Rule = subject => findType(subject.declared).rule(subject);

/** The trust boundary of a variable: its own, or that of its type. */
export function findBoundary(declared: Variable): Boundary {
  return declared.boundary ?? findType(declared).boundary;
}
