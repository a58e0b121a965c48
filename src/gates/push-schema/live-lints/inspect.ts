import type { PostgresSession } from '../../../clients/postgres.ts';
import { type Finding, found } from '../../../core/finding.ts';
import type { Target } from '../target.ts';
import { lints } from './index.ts';
import type { Lint } from './lint.ts';

/** One thing that a lint found. */
interface Sight {
  subject: string;
  key: string;
}

/** What each lint found in a database at one moment. */
export type Inspection = Map<Lint, Sight[]>;

/**
 * Runs each lint. Those on the public API run where there is one: where the database has its roles, or where `exposed`
 * says so.
 */
export async function inspect(session: PostgresSession, exposed: boolean | undefined): Promise<Inspection> {
  const inspection: Inspection = new Map();
  const roles = await session.query("SELECT FROM pg_roles WHERE rolname IN ('anon', 'authenticated')");
  const hasApi = exposed ?? roles.length > 0;
  for (const lint of lints) {
    if (lint.exposed && !hasApi) continue;
    const sights = await session.query<Sight>(lint.query);
    inspection.set(
      lint,
      sights.sort((a, b) => (a.key < b.key ? -1 : 1)),
    );
  }
  return inspection;
}

interface Inspections {
  before: Inspection;
  after: Inspection;
}

type About = Pick<Target, 'name' | 'place' | 'allow'>;

/**
 * What is new since the push has the severity of its kind. What existed before is one finding for each lint, and never
 * an error: it says nothing about this release.
 */
export function compareInspections({ before, after }: Inspections, target: About): Finding[] {
  return [...after].flatMap(([lint, sights]) => {
    const old = new Set(before.get(lint)?.map(({ key }) => key));
    const counted = sights.filter(({ key }) => !target.allow.includes(key));
    const fresh = counted.filter(({ key }) => !old.has(key));
    const stale = counted.filter(({ key }) => old.has(key));
    const messages = fresh.map(
      ({ subject, key }) => `${subject} of ${target.name} ${lint.predicate}${showKey(lint, key)}.`,
    );
    return [
      ...messages.map(message => found(lint.kind, { message, place: target.place })),
      ...(stale.length > 0 ? [reportStale(lint, stale, target)] : []),
    ];
  });
}

function showKey({ name }: Lint, key: string): string {
  return name ? ` (${key})` : '';
}

function reportStale(lint: Lint, sights: Sight[], { name, place }: About): Finding {
  const shown = sights.slice(0, 3).map(({ subject, key }) => `${subject}${showKey(lint, key)}`);
  const more = sights.length > shown.length ? ` and ${sights.length - shown.length} more` : '';
  const severity = lint.kind.severity === 'error' ? 'warning' : 'notice';
  const [only] = sights.length === 1 ? shown : [];
  const message = only
    ? `${only} of ${name} ${lint.predicate}, as before this release.`
    : `Each of these in ${name} ${lint.predicate}, as before this release: ${shown.join(', ')}${more}.`;
  return found(lint.kind, { message, severity, place });
}
