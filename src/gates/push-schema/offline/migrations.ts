import type { ChangedFile } from '../../../core/changed-files.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { checkScripts } from '../plan.ts';
import type { Source } from '../source.ts';
import { type Proposal, readProposal } from './proposal.ts';

export const mergedMigrationChanged: FindingKind = {
  code: 'schema/merged-migration-changed',
  severity: 'warning',
  boundary: 'data',
  meaning:
    'The change modifies or removes a migration that its base already has. Databases that have applied it do not apply it again, so their ledger no longer matches the repository.',
  cause: 'A fix that was made in the old script, or a script that was formatted, renamed or deleted.',
  help: 'Revert the change, and make it in a new migration.',
};

/** Reads the folder and plans without a ledger: what the base has counts as applied. */
export function migrationsCheck(
  source: Source,
  changes: ChangedFile[] | undefined,
  { workspace }: GateContext,
): Check<Proposal> {
  return {
    name: `${source.name}.migrations`,
    boundary: 'data',
    run: async () => {
      const proposal = await readProposal({ source, workspace, changes });
      return { ...plan(proposal), value: proposal };
    },
  };
}

function plan(proposal: Proposal): Outcome<never> {
  const { source, tool, migrations, pending, modified, faults } = proposal;
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
    ...tool.rules.flatMap(rule => rule(comparison)),
    ...checkScripts({ ...comparison, pending: toJudge }),
    ...reportMergedChanges(proposal),
  ];
  return concludeFrom(findings, `${toJudge.length} of ${pluralize(migrations.length, 'migration')} to judge`);
}

function reportMergedChanges({ modified, removed }: Proposal): Finding[] {
  const report = (verb: string, path: string) => {
    const message = `The change ${verb} ${path}, which its base already has.`;
    return found(mergedMigrationChanged, { message, place: { path } });
  };
  return [...modified.map(({ path }) => report('modifies', path)), ...removed.map(path => report('removes', path))];
}
