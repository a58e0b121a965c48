import type { ChangedFile } from '../../../core/changed-files.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { ledgers } from '../ledgers/index.ts';
import { findingsOfScripts } from '../plan.ts';
import type { Source } from '../source.ts';
import { type Paper, readPaper } from './paper.ts';

export const mergedMigrationChanged: FindingKind = {
  code: 'schema/merged-migration-changed',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'The pull request changes or removes a migration that its base already has: where that is applied, it is not applied again, and its ledger no longer fits the repository.',
  cause: 'A correction that was made in the old script, or one that was formatted, renamed or tidied away.',
  help: 'Take the change back, and make it in a new migration.',
};

/** Reads the folder and plans as far as that goes without a ledger: what the base has counts as applied. */
export function migrationsCheck(
  source: Source,
  changes: ChangedFile[] | undefined,
  context: GateContext,
  read: (paper: Paper) => void,
): Check {
  return {
    name: `${source.name}.migrations`,
    boundary: 'data',
    run: async () => {
      const paper = await readPaper(source, context.workspace, changes);
      read(paper);
      return outcomeOf(paper);
    },
  };
}

function outcomeOf(paper: Paper): Outcome {
  const { source, tool, migrations, pending, modified, faults } = paper;
  const base = migrations.filter(migration => !pending.includes(migration));
  const entries = base.map(({ id }) => ({ id, state: 'applied' as const }));
  const toJudge = [...modified, ...pending];
  const comparison = {
    database: 'the base branch',
    place: source.placeOf(),
    migrations,
    ledger: { exists: true, entries, strangers: [] },
    pending,
    hasCommand: source.values.apply !== undefined,
  };
  const findings = [
    ...faults,
    ...ledgers[tool].rules.flatMap(rule => rule(comparison)),
    ...findingsOfScripts({ ...comparison, pending: toJudge }),
    ...changesOfMerged(paper),
  ];
  return concludeFrom(findings, `${toJudge.length} of ${pluralize(migrations.length, 'migration')} to judge`);
}

function changesOfMerged({ modified, removed }: Paper): Finding[] {
  const finding = (does: string, path: string) =>
    found(mergedMigrationChanged, {
      message: `The pull request ${does} ${path}, which its base has.`,
      place: { path },
    });
  return [...modified.map(({ path }) => finding('changes', path)), ...removed.map(path => finding('removes', path))];
}
