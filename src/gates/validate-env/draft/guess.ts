/** What a variable seems to be, by its name and by an example of it: the declaration in YAML. */
export function guess(variable: string, example: string | undefined): string {
  for (const [pattern, declared] of byName) if (pattern.test(variable)) return declared;
  if (example === undefined || example === '') return '{}';
  if (/^(true|false)$/i.test(example)) return '{ type: boolean }';
  if (/^-?\d+(\.\d+)?$/.test(example)) return '{ type: number }';
  if (/^\d+(\.\d+)?(ms|s|m|h|d|w|y)$/.test(example)) return '{ type: duration }';
  if (/^postgres(ql)?:\/\//.test(example)) return '{ type: postgres-url }';
  if (/^rediss?:\/\//.test(example)) return '{ type: redis-url }';
  if (/^(https?|wss?):\/\//.test(example)) return '{ type: url }';
  if (/^[^\s@]+@[^\s@]+\.[a-z]+$/i.test(example)) return '{ type: email }';
  return '{}';
}

/** The first that fits decides. */
const byName: [RegExp, string][] = [
  [/^NODE_ENV$/, '{ equals: production }'],
  [/^LOG_LEVEL$/, '{ one-of: [fatal, error, warn, info, debug, trace], default: info }'],
  [/(^|_)PORT$/, '{ type: port }'],
  [/^DIRECT_URL$|DIRECT_DATABASE_URL|MIGRATION.*URL/, '{ type: postgres-url, pooler: none }'],
  [/DATABASE_URL|POSTGRES(QL)?_(PRISMA_)?URL|^PG_?URL$/, '{ type: postgres-url }'],
  [/UPSTASH_REDIS_REST_URL/, '{ type: upstash-rest-url, token: UPSTASH_REDIS_REST_TOKEN }'],
  [/REDIS(_TLS)?_URL|^KV_URL$/, '{ type: redis-url, tls: true }'],
  [/SUPABASE_URL$/, '{ type: supabase-url }'],
  [/SUPABASE.*(ANON|PUBLISHABLE)/, '{ type: supabase-key, role: publishable }'],
  [/SUPABASE.*(SERVICE_ROLE|SECRET_KEY)|SERVICE_ROLE_KEY/, '{ type: supabase-key, role: secret, never-in: others }'],
  [/(CORS|ALLOWED).*ORIGINS?$/, '{ type: origins }'],
  [/PRIVATE_KEY(_PEM)?$/, '{ type: pem, holds: private-key }'],
  [/PUBLIC_KEY(_PEM)?$/, '{ type: pem, holds: public-key }'],
  [/CRON|SCHEDULE$/, '{ type: cron }'],
  [/(_TTL|_EXPIRES_IN|_EXPIRY|_DURATION)$/, '{ type: duration }'],
  [/(_FROM|_EMAIL|_MAIL)$/, '{ type: email }'],
  [/^(ENABLE|DISABLE|USE|IS|HAS)_|(_ENABLED|_DISABLED)$|^TRUST_PROXY$/, '{ type: boolean }'],
  [/(^|_)DSN$|_URL$|_URI$|_ENDPOINT$/, '{ type: url }'],
  [/SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|_KEY$|CREDENTIAL/, '{ type: secret }'],
];
