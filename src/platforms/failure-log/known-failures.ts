/** A failed start that operators know, with its fix. */
export interface KnownFailure {
  /** A sentence about the service. */
  what: string;
  /** Opens with an imperative. */
  help: string;
}

interface Pattern extends KnownFailure {
  /** What the log or the health check says of it. */
  says: RegExp;
}

/** The first that fits counts. The rows R5, R8 and P15 of the checklist, in the words of the runtimes and clients. */
const known: Pattern[] = [
  {
    says: /P30\d\d\b|failed migrations?\b|migrations? (?:\S+ )?failed|pending migrations?|FlywayException|LiquibaseException/i,
    what: 'A migration failed.',
    help: 'Fix the migration that the log names, and mark one that stopped half-way, for Prisma with `npx prisma migrate resolve`. Apply migrations with push-schema, before the deploy.',
  },
  {
    says: /ECONNREFUSED \S*:6379\b|WRONGPASS|NOAUTH|redis\S*\.exceptions\.\w*(?:Connection|Authentication)Error|RedisConnection\w*Exception/i,
    what: 'It could not reach its Redis.',
    help: 'Check `REDIS_URL`, and try it with `redis-cli -u "$REDIS_URL" ping`.',
  },
  {
    says: /P1000\b|P1001\b|Can't reach database server|ECONNREFUSED \S*:(?:5432|6543|3306|27017)\b|(?:could not connect to|connection to) server\b.*(?:failed|refused)|password authentication failed|no pg_hba\.conf entry|(?:postgres|mysql|jdbc|database)\S*.{0,80}connection refused|Communications link failure/i,
    what: 'It could not reach its database.',
    help: 'Check `DATABASE_URL`: its host, port and password must be those of a database that the service can reach. Check that the database runs.',
  },
  {
    says: /heap out of memory|out of memory|OutOfMemoryError|OOMKilled|\boom[- ]kill|MemoryError|status 137\b/i,
    what: 'It ran out of memory.',
    help: 'Give the service more memory on its platform, or find what needs it with a heap profile.',
  },
  {
    says: /EADDRINUSE|address already in use|No open ports? (?:was |were )?detected|Port scan timeout|not listening on the expected address|instance refused connection/i,
    what: 'It does not listen on the port that the platform expects.',
    help: 'Listen on `0.0.0.0` and on the port in `PORT`. `internal_port` of a fly.toml, `PORT` and `EXPOSE` of the Dockerfile must agree.',
  },
  {
    says: /manifest (?:unknown|for \S+ not found)|pull access denied|failed to (?:pull|resolve) image|image \S+ not found/i,
    what: 'Its image is not in the registry.',
    help: 'Compare the image under `services` with what the build pushes, and check that the platform may read the registry.',
  },
  {
    says: /health ?check\b.*\b404\b|is critical \(.*\b404\b|HTTP GET \S+ .*\b404\b|GET \S*health\S* .*\b404\b/i,
    what: 'The path of its health check answers 404.',
    help: 'Set the path of the health check on the platform to one that the service answers with 200, such as `/health`.',
  },
  {
    says: /[Ee]nvironment variable\b.*(?:not found|missing|required|undefined|not set|unset)|(?:missing|required) environment variable|\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b.{0,20}(?:is not set|is not defined|is missing|is required|must be set|is undefined)|KeyError: '[A-Z][A-Z0-9_]+'|key not found: "[A-Z][A-Z0-9_]+"/,
    what: 'A variable is missing.',
    help: 'Set the variable that the log names on the platform. Declare it under `env` so that validate-env finds it before the deploy.',
  },
];

/** The known failure that a text describes, such as the last error of a log; undefined if none fits. */
export function recognizeFailure(text: string): KnownFailure | undefined {
  return known.find(({ says }) => says.test(text));
}
