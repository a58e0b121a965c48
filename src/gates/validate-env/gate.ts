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

/** Live checks wait for others: all of them at once, so that the gate ends with the slowest. */
const allAtOnce = 256;

/** Holds the variables of each service against the contract: on paper, in the repository, at each source and live. */
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
    run(planLiveChecks(views, context)),
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

/** Nothing that was looked at is nothing that passed. */
function nothingToCheck({ scope }: Contract): GateError {
  const message = scope.values
    ? 'There is nothing to check: the contract has no variable for this phase.'
    : 'There is nothing to check: values are not looked at, and `sources` names no `code`, `client` or `folder`.';
  const help = scope.values
    ? 'Take the step out, or correct `phase` in the contract or the input.'
    : 'Name under `sources.<service>` what of the repository belongs to the service, or leave `sources: none` out.';
  return new GateError([found(missingSection, { message, help })]);
}

function writeHeadline(variables: CheckResult[], all: CheckResult[]): string {
  const kept = (checks: CheckResult[]) => checks.filter(({ verdict }) => verdict === 'passed').length;
  const others = all.length - variables.length;
  const of = (checks: number, of_: number, noun: string) => `${checks} of ${pluralize(of_, noun)}`;
  const ofOthers = `${kept(all) - kept(variables)} of ${pluralize(others, 'further check')} passed`;
  if (variables.length === 0)
    return `${of(kept(all), all.length, 'check')} of the repository passed; values were not judged.`;
  const first = `${of(kept(variables), variables.length, 'variable')} as the contract says`;
  return others === 0 ? `${first}.` : `${first}; ${ofOthers}.`;
}
