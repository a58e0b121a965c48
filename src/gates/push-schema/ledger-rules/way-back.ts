import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Migration } from '../migration.ts';
import { placeAt } from '../sql/place.ts';
import { splitStatements } from '../sql/statements.ts';
import type { LedgerRule } from './rule.ts';

export const wayBackFinding: FindingKind = {
  code: 'schema/way-back',
  severity: 'error',
  boundary: 'data',
  meaning: 'A file contains SQL that undoes a migration. As a migration, it would run right after what it undoes.',
  cause: 'Files or sections called down, undo, revert or rollback, which only the tool that they are for tells apart.',
  help: 'Move the way back out of the folder. If a tool needs it there, let that tool apply the migrations in a step of its own. If the SQL leads forward, rename the file or the comment.',
};

const backward = /(?<separator>[._-])(down|undo|revert|rollback)$/i;

/** postgrator and Flyway */
const backwardFirst = /^(\d+\.undo\b|U[\d._]+__)/;

/** `-- Down`, `-- rollback:`, `-- === DOWN MIGRATION ===` */
const section = /^[ \t]*--[^\w\n]*(down|undo|revert|rollback)([ \t]+(migration|script|part|section))?[^\w\n]*$/im;

/** Files and sections that lead back. Comments that only describe the way back are fine. */
export const wayBack: LedgerRule = ({ migrations, pending }) => {
  const names = new Set(migrations.map(({ name }) => name.toLowerCase()));
  return pending.flatMap(migration => {
    if (!isWayBack(migration.name, names)) return findSection(migration);
    const message = `${migration.path} is the way back of another migration.`;
    return [found(wayBackFinding, { message, place: { path: migration.path } })];
  });
};

/** With a dot, the name says it alone. Otherwise a migration may be called so: `0012_scale_down` leads forward. */
function isWayBack(name: string, names: Set<string>): boolean {
  if (backwardFirst.test(name)) return true;
  const { 0: suffix = '', groups: { separator } = {} } = backward.exec(name) ?? {};
  if (separator === undefined || separator === '.') return separator !== undefined;
  const stem = name.slice(0, -suffix.length).toLowerCase();
  return [stem, `${stem}${separator}up`].some(other => names.has(other));
}

function findSection({ name, path, script }: Migration): Finding[] {
  const marker = section.exec(script);
  if (!marker) return [];
  const rest = splitStatements(script.slice(marker.index + marker[0].length));
  if (rest.every(({ code }) => code === '')) return [];
  const message = `${name} has statements after the line \`${marker[0].trim()}\`.`;
  return [found(wayBackFinding, { message, place: placeAt(script, marker.index, path) })];
}
