import type { PostgresSession } from '../../../clients/postgres.ts';
import { type Finding, found, type Place } from '../../../core/finding.ts';
import type { Lint } from './lint.ts';
import { lints } from './lints.ts';

/** One thing that a lint has found. */
interface Sight {
  subject: string;
  key: string;
}

/** What the lints have found in a database at one moment. */
export type Inspection = Map<Lint, Sight[]>;

/**
 * Asks each lint. Those on the public API are asked where there is one: where the database has its roles, or by
 * `exposed`.
 */
export async function inspect(session: PostgresSession, exposed: boolean | undefined): Promise<Inspection> {
  const inspection: Inspection = new Map();
  const roles = await session.query("SELECT FROM pg_roles WHERE rolname IN ('anon', 'authenticated')");
  const open = exposed ?? roles.length > 0;
  for (const lint of lints) {
    if (lint.exposed && !open) continue;
    const sights = await session.query<Sight>(lint.query);
    inspection.set(
      lint,
      sights.sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }
  return inspection;
}

export interface Comparison {
  before: Inspection;
  after: Inspection;
  /** Keys of what is meant to be so. */
  allowed: string[];
  database: string;
  place?: Place | undefined;
}

/**
 * What is new since before counts as its kind says. What was there already is told in one finding for each lint, and
 * never as an error: it says nothing of this release.
 */
export function compareInspections({ before, after, allowed, database, place }: Comparison): Finding[] {
  return [...after].flatMap(([lint, sights]) => {
    const old = new Set(before.get(lint)?.map(({ key }) => key));
    const counted = sights.filter(({ key }) => !allowed.includes(key));
    const fresh = counted.filter(({ key }) => !old.has(key));
    const stale = counted.filter(({ key }) => old.has(key));
    return [
      ...fresh.map(({ subject, key }) =>
        found(lint.kind, { message: `${subject} of ${database} ${lint.predicate}${keyOf(lint, key)}.`, place }),
      ),
      ...(stale.length > 0 ? [staleFinding(lint, stale, database, place)] : []),
    ];
  });
}

function keyOf({ name }: Lint, key: string): string {
  return name ? ` (${key})` : '';
}

function staleFinding(lint: Lint, sights: Sight[], database: string, place: Place | undefined): Finding {
  const shown = sights.slice(0, 3).map(({ subject, key }) => `${subject}${keyOf(lint, key)}`);
  const more = sights.length > shown.length ? ` and ${sights.length - shown.length} more` : '';
  const severity = lint.kind.severity === 'error' ? 'warning' : 'notice';
  const [only] = sights.length === 1 ? shown : [];
  const message = only
    ? `${only} of ${database} ${lint.predicate}, and was so before this release.`
    : `Each of these in ${database} ${lint.predicate}, and was so before this release: ${shown.join(', ')}${more}.`;
  return found(lint.kind, { message, severity, place });
}
