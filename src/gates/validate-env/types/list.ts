import type { VariableOf, VariableType } from '../../../config/schema/variables.ts';
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

/** Every type of the contract. Made by script/generate from the schema of the variables. */
export const types: { [Type in VariableType]: EnvironmentType<VariableOf<Type>> } = {
  base64,
  boolean,
  cron,
  duration,
  email,
  json,
  jwt,
  number,
  origins,
  pem,
  port,
  'postgres-url': postgresUrl,
  'redis-url': redisUrl,
  secret,
  string,
  'supabase-key': supabaseKey,
  'supabase-url': supabaseUrl,
  'upstash-rest-url': upstashRestUrl,
  url,
};
