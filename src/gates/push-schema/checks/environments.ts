import { connectPostgres } from '../../../clients/postgres.ts';
import { type Check, concludeFrom } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Database } from '../database.ts';
import { describe } from '../drift/describe.ts';
import { differences, sentences } from '../drift/difference.ts';

export const environmentsDiffer: FindingKind = {
  code: 'schema/environments-differ',
  severity: 'warning',
  boundary: 'data',
  meaning: 'The schema differs from that of another environment, after the push.',
  cause: 'A change by hand in one of them, or a release that only one of them has got.',
  help: 'Release the same commit to both, and write a migration for what was changed by hand.',
};

/** Holds the database against the one that `compare-with` leads to, such as staging. */
export function environmentsCheck(database: Database, context: GateContext): Check {
  const { target, session } = database;
  return {
    name: `${target.name}.environments`,
    boundary: 'data',
    run: () =>
      database.explaining(async () => {
        if (!target.compareWith) return concludeFrom([]);
        const { signal, workspace: folder } = context;
        const place = target.placeOf('compare-with');
        const other = await connectPostgres(target.compareWith, { signal, folder, place });
        try {
          await session.reset();
          const list = differences(await describe(other), await describe(session));
          const wording = {
            surplus: `is only in ${target.name}`,
            missing: 'is only in the other',
            against: 'in the other',
          };
          const message = `${target.name} differs from the other environment, ${target.compareWith.name}: ${sentences(list, wording)}.`;
          const findings = list.length > 0 ? [found(environmentsDiffer, { message, place })] : [];
          return concludeFrom(findings, `compared with ${target.compareWith.name}`);
        } finally {
          await other.close();
        }
      }),
  };
}
