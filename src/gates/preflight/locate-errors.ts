import { missing } from '../../clients/api/findings.ts';
import type { Check } from '../../core/check.ts';
import { GateError, Undecided } from '../../core/errors.ts';
import type { Finding, Place } from '../../core/finding.ts';

/**
 * Runs a check that asks a vendor. Errors of the vendor's client know neither the place in the configuration nor the key
 * that named what the vendor does not have; `key` is that key, such as `preflight.backups.main.supabase`.
 */
export function locateErrors<Value>(
  { key, place }: { key: string; place: Place },
  run: Check<Value>['run'],
): Check<Value>['run'] {
  const locate = (finding: Finding): Finding => ({
    ...finding,
    place: finding.place ?? place,
    ...(finding.code === missing.code && {
      help: `Correct \`${key}\`, or use a token of the account or team to which it belongs.`,
    }),
  });
  return async signal => {
    try {
      return await run(signal);
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      const findings = error.findings.map(locate);
      throw error instanceof Undecided ? new Undecided(findings) : new GateError(findings);
    }
  };
}
