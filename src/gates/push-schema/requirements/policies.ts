import type { PostgresSession } from '../../../clients/postgres.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { suggestName } from '../../../core/nearest.ts';
import type { Target } from '../target.ts';
import { quoteRegclass } from './indexes.ts';

export const missingPolicy: FindingKind = {
  code: 'schema/missing-policy',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A table lacks protection that the code relies on: its row-level security is off, or a policy is missing.',
  cause: 'A migration that was never written, or a policy that was changed in a dashboard.',
  help: 'Write a migration with `ALTER TABLE <table> ENABLE ROW LEVEL SECURITY` and the policy, or correct `require`.',
};

export async function findMissingPolicies(session: PostgresSession, target: Target): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [table, { rowLevelSecurity, policies }] of target.require) {
    if (!rowLevelSecurity) continue;
    const [state] = await session.query<{ on: boolean; policies: string[] }>(
      `SELECT relrowsecurity AS on, ARRAY(SELECT polname::text FROM pg_policy WHERE polrelid = c.oid) AS policies
       FROM pg_class c WHERE c.oid = to_regclass($1)`,
      [quoteRegclass(table)],
    );
    if (!state) continue; // a missing table has its own finding
    const place = target.placeOf('require', table);
    if (!state.on) {
      const message = `Row-level security of ${table} in ${target.name} is off.`;
      findings.push(found(missingPolicy, { message, place }));
    }
    for (const policy of policies.filter(name => !state.policies.includes(name))) {
      const message = `${table} of ${target.name} has no policy "${policy}".`;
      const help = `${suggestName(policy, state.policies)} ${missingPolicy.help}`;
      findings.push(found(missingPolicy, { message, help, place }));
    }
  }
  return findings;
}
