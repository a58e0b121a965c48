/** What a server or a pooler says, and what to do about it. */
interface Advice {
  says: RegExp;
  help: string;
  /** Whether the connection string is wrong, so that no further attempt can succeed. */
  isFinal: boolean;
}

/** Help where a pool has no free session. */
export const poolFull =
  'Close connections that nobody uses, lower the pool size of each instance (instances × pool size must fit), use the transaction pooler (Supabase: port 6543; with Prisma, add `pgbouncer=true`), or scale the database.';

/** docs: PostgreSQL, pg_hba.conf; PgBouncer, usage; Neon, connection errors. Supavisor: supabase/supavisor, lib/supavisor. */
const known: Advice[] = [
  {
    says: /SSL (connection )?is required|connection is insecure/i,
    help: 'Add `sslmode=require` to the connection string: the server accepts encrypted connections only.',
    isFinal: true,
  },
  {
    says: /tenant or user not found|tenant\/user .*not found/i,
    help: 'Copy the connection string from the Supabase dashboard (Connect): the pooler finds the project by its host (`aws-0-…` or `aws-1-…`, and the region) and by the user `postgres.<project-ref>`. A paused project answers so too: resume it.',
    isFinal: true,
  },
  {
    says: /no such user/i,
    help: "Add the user to the pooler's `auth_file`, or let its `auth_query` find it: PgBouncer does not know this user.",
    isFinal: true,
  },
  {
    says: /endpoint id is not specified/i,
    help: 'Use a client that sends the host name over TLS (SNI), or add `options=endpoint%3D<endpoint-id>` to the connection string of Neon.',
    isFinal: true,
  },
  {
    says: /MaxClientsInSessionMode|max clients reached|max client connections reached|max_client_conn|no more connections allowed/i,
    help: poolFull,
    isFinal: false,
  },
];

/** SQLSTATE classes of connections; a statement of a migration may say anything in its errors. */
const ofConnections = /^(08|28|53|XX)/;

/** What to do about the answer of a database or its pooler; undefined where nothing more is known. */
export function adviseOnPostgres(state: string, message: string): Pick<Advice, 'help' | 'isFinal'> | undefined {
  if (state === '53300') return { help: poolFull, isFinal: false };
  if (!ofConnections.test(state)) return undefined;
  return known.find(({ says }) => says.test(message));
}
