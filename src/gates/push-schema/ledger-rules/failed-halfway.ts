import { type FindingKind, found } from '../../../core/finding.ts';
import { placeOf } from '../migration.ts';
import { canResume } from '../tools/ledger.ts';
import type { LedgerRule } from './rule.ts';

export const failedHalfwayFinding: FindingKind = {
  code: 'schema/failed-halfway',
  severity: 'error',
  boundary: 'data',
  meaning:
    'An earlier push started a migration and did not finish it, so it may be half applied (P3009). This push applied nothing.',
  cause: 'A statement that failed, or a push that was killed, while `prisma migrate deploy` ran outside a transaction.',
  help: 'Compare the database with the script. Either undo what the migration did and run `npx prisma migrate resolve --rolled-back <name>`, or finish it by hand and run `npx prisma migrate resolve --applied <name>`.',
};

export const failedHalfway: LedgerRule = ({ database, ledger, migrations, hasCommand, place }) =>
  ledger.entries
    .filter(entry => entry.state === 'failed' && !canResume(entry, { migrations, hasCommand }))
    .map(({ id, logs }) => {
      const local = migrations.find(migration => migration.id === id);
      const because = logs ? `; the ledger says: ${takeFirstLine(logs)}` : '';
      return found(failedHalfwayFinding, {
        message: `The migration ${id} failed half-way in ${database}${because}.`,
        help: failedHalfwayFinding.help.replaceAll('<name>', `"${id}"`),
        place: local ? placeOf(local) : place,
      });
    });

/** Whole words only: of a secret that is cut in two, neither half would be redacted. */
function takeFirstLine(logs: string): string {
  const line = logs.trim().split('\n', 1).join('').replace(/\.$/, '');
  return line.length > 200 ? line.slice(0, 200).replace(/\s*\S*$/, ' …') : line;
}
