import { missingSection } from '../../config/findings.ts';
import type { Check, CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { pluralize } from '../../core/plural.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { runChecks } from '../../core/run-checks.ts';
import type { Contract } from './contract.ts';
import { planDriftChecks } from './drift/checks.ts';
import { writeFingerprint } from './drift/fingerprint.ts';
import { readExampleValues } from './examples.ts';
import { planLiveChecks, planRepositoryChecks, planServiceChecks } from './plan.ts';
import { hideSecrets } from './secrecy.ts';
import { readSources } from './sources/read.ts';
import { checkVariable } from './variable.ts';

/** Live checks wait for other machines: run all at once, so the gate takes as long as the slowest. */
const allAtOnce = 256;

/** Checks the variables of each service against the contract, at each source, in the repository and live. */
export async function validateEnv(contract: Contract, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const read = await readSources(contract, context);
  const views = contract.scope.values ? read.views : [];
  hideSecrets(read.views, context);
  const folders = contract.services.flatMap(({ configured }) => configured.folder ?? []);
  const judging = { context, examples: await readExampleValues(context.workspace, folders) };
  const ofVariables = views.flatMap(view =>
    view.declarations.map(declaration => checkVariable(declaration, view, judging)),
  );
  const fingerprint = writeFingerprint(views, contract);
  const others = [
    ...views.flatMap(view => planServiceChecks(view, contract)),
    ...planRepositoryChecks(read.views, contract, context),
    ...planDriftChecks(views, contract, context),
    ...fingerprint.checks,
  ];
  const run = (checks: Check[]) => runChecks(checks, { ...context, concurrency: allAtOnce });
  const [live, variables, rest] = await Promise.all([
    run(planLiveChecks(views, contract, context)),
    run(ofVariables),
    run(others),
  ]);
  const checks = [...read.results, ...variables, ...rest, ...live];
  if (checks.length === 0) throw nothingToCheck(contract);
  return {
    gate: 'validate-env',
    verdict: combineVerdicts(checks),
    headline: writeHeadline(variables, checks),
    checks,
    outputs: { fingerprint: fingerprint.text, contract: '' },
    startedAt,
    finishedAt: context.clock.now(),
  };
}

/** A run without checks must not look like a pass. */
function nothingToCheck({ scope }: Contract): GateError {
  const message = scope.values
    ? 'There is nothing to check: the contract has no variable for this phase.'
    : 'There is nothing to check: the run skips values, and `sources` names no `code`, `client` or `folder`.';
  const help = scope.values
    ? 'Remove the step, or correct `phase` in the contract or the input.'
    : 'Name the folders of the service under `sources.<service>`, or remove `sources: none`.';
  return new GateError([found(missingSection, { message, help })]);
}

function writeHeadline(variables: CheckResult[], all: CheckResult[]): string {
  const kept = (checks: CheckResult[]) => checks.filter(({ verdict }) => verdict === 'passed').length;
  const others = all.length - variables.length;
  const of = (checks: number, of_: number, noun: string) => `${checks} of ${pluralize(of_, noun)}`;
  const ofOthers = `${kept(all) - kept(variables)} of ${pluralize(others, 'further check')} passed`;
  if (variables.length === 0)
    return `${of(kept(all), all.length, 'check')} of the repository passed; values were skipped.`;
  const first = `${of(kept(variables), variables.length, 'variable')} as the contract says`;
  return others === 0 ? `${first}.` : `${first}; ${ofOthers}.`;
}
