/** A command that must never run against production. */
export interface DangerousCommand {
  pattern: RegExp;
  /** The end of a sentence that begins with the command. */
  does: string;
}

const dangerousCommands: DangerousCommand[] = [
  { pattern: /\bprisma\s+db\s+push\b/, does: 'bypasses the migrations and may drop columns' },
  { pattern: /\bprisma\s+migrate\s+reset\b/, does: 'drops the whole database' },
  { pattern: /\bprisma\s+migrate\s+dev\b/, does: 'is for development only and may reset the database' },
  { pattern: /\bprisma\s+db\s+seed\b/, does: 'writes sample data' },
  { pattern: /\bdrizzle-kit\s+push\b/, does: 'bypasses the migrations and may drop columns' },
  { pattern: /\bsupabase\s+db\s+reset\b/, does: 'drops the whole database' },
  {
    pattern: /\b(?:knex|typeorm|sequelize(?:-cli)?)\s+(?:seed:run|schema:drop|db:drop|db:seed:all)\b/,
    does: 'drops tables or writes sample data',
  },
  { pattern: /\b(?:tsx|ts-node|node|bun)\b[^&|;]*\bseeds?(?:\.[cm]?[jt]s)?\b/, does: 'writes sample data' },
];

/**
 * A command as a person types it: `CMD ["npx", "prisma", "db", "push"]` has separate words (docs: Dockerfile, exec form).
 */
export function joinArguments(line: string): string {
  return line.replace(/["']\s*,\s*["']/g, ' ');
}

/**
 * The dangerous command of a line; not in a comment, not against a database on the same machine, and not allowed on the
 * line itself (`# release-gates: allow schema/dangerous-command <why>`).
 */
export function findCommand(line: string): DangerousCommand | undefined {
  if (/release-gates: allow schema\/dangerous-command \S/.test(line)) return undefined;
  const code = joinArguments(line)
    .replace(/^\s*(?:#|\/\/).*$/, '')
    .replace(/\s#.*$/, '');
  if (/localhost|127\.0\.0\.1|--local\b|--help\b/.test(code)) return undefined;
  return dangerousCommands.find(({ pattern }) => pattern.test(code));
}
