import { sendRequest } from '../../clients/http.ts';
import { isUnrelatedToRelease, toNetworkError } from '../../clients/network-error.ts';
import { getMethod } from '../../config/probe-location.ts';
import type { Step as DeclaredStep } from '../../config/schema/smoke/steps.ts';
import type { Outcome } from '../../core/check.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { failed } from './failure.ts';
import { listAddresses } from './plan/address.ts';
import type { Step } from './plan/model.ts';
import { answeredAgain, neverAnswers, serviceDown } from './silence-findings.ts';
import type { Visit } from './visit.ts';

/** The keys of steps that change nothing, so that they may be sent twice. */
const safeKeys = ['get', 'head', 'options', 'sse', 'security-headers', 'https-redirect'];

/**
 * Decides about a step that got no answer from a service. A service that is not ready any more has failed. If it is
 * ready, a step that changes nothing is repeated once; without an answer, the release has failed. Without a network, the
 * outcome stays an error, because it says nothing about the release.
 */
export async function judgeSilence(
  outcome: Outcome,
  step: Step,
  visit: Visit,
  repeat: () => Promise<Outcome>,
): Promise<Outcome> {
  const silent = findSilence(outcome);
  const service = silent && findService(step, visit);
  if (silent === undefined || service === undefined) return outcome;
  const { RunnerNetwork } = await import('../../readiness/runner-offline.ts');
  const { listControls } = await import('../../readiness/targets.ts');
  const fault = await explainNotReady(service, visit);
  if (fault !== undefined) {
    const offline = await new RunnerNetwork(listControls(visit.context), visit.context).describeOffline();
    if (offline) return { ...outcome, findings: [...outcome.findings, offline] };
    return fail(serviceDown, `${silent.message} Then ${service} was asked, and ${fault}`, outcome, silent);
  }
  if (!isSafe(step.declared))
    return fail(neverAnswers, `${silent.message} ${service} itself is ready.`, outcome, silent);
  const again = await repeat();
  const repeated = findSilence(again);
  if (repeated === undefined) {
    const { message, boundary, place } = silent;
    const warning = found(answeredAgain, { message, boundary, ...(place && { place }) });
    return { ...again, findings: [warning, ...again.findings] };
  }
  return fail(
    neverAnswers,
    `${silent.message} It got none when repeated, though ${service} is ready.`,
    outcome,
    silent,
  );
}

function fail(kind: FindingKind, message: string, { detail }: Outcome, { boundary, place }: Finding): Outcome {
  return failed([found(kind, { message, boundary, ...(place && { place }) })], detail);
}

/** The finding that says that the network gave no answer, if that is why the step did not pass. */
function findSilence({ verdict, findings }: Outcome): Finding | undefined {
  if (verdict !== 'error') return undefined;
  return findings.find(({ code }) => code.startsWith('network/') && !isUnrelatedToRelease(code));
}

function isSafe(declared: DeclaredStep): boolean {
  if ('websocket' in declared) return declared.send === undefined;
  return safeKeys.some(key => key in declared);
}

/** The name of the service that the step, or the step that it wraps, asks. */
function findService(step: Step, visit: Visit): string | undefined {
  const { services } = visit.run.plan.requests;
  const opening = 'listen' in step.declared ? findOpening(step.declared.listen, visit.flow.steps) : undefined;
  for (const { declared, baseUrl } of [step, step.inner, opening].filter(each => each !== undefined)) {
    const [address] = listAddresses(declared);
    if (address === undefined || !visit.scope.knows(address.location)) continue;
    const url = URL.parse(visit.scope.resolveText(address.location), baseUrl);
    const service = url && services.get(url.origin.replace(/^ws/, 'http'));
    if (service) return service.name;
  }
  return undefined;
}

/** The step that opened a connection. */
function findOpening(name: string, steps: Step[]): Step | undefined {
  for (const step of steps) {
    const found = step.part && findOpening(name, step.part.steps);
    if (found) return found;
    if ('as' in step.declared && step.declared.as === name) return step;
  }
  return undefined;
}

/** What is wrong with a service, by its first probe over HTTP or its address; undefined if it is ready. */
async function explainNotReady(name: string, visit: Visit): Promise<string | undefined> {
  const { context, run } = visit;
  const { config } = run.plan;
  try {
    const { planTargets } = await import('../../readiness/targets.ts');
    const { chooseProber } = await import('../../readiness/probers/index.ts');
    const targets = Object.hasOwn(config.probe, name) ? planTargets(config, [name], context) : [];
    const asked = targets.flatMap(({ probe, ...target }) =>
      'any-of' in probe || getMethod(probe) === undefined ? [] : [{ ...target, probe }],
    );
    const target = asked.find(each => each.name === `${name}.ready`) ?? asked[0];
    if (target) {
      const attempt = await chooseProber(target)(context);
      return attempt.verdict === 'passed'
        ? undefined
        : `its probe ${target.name} found: ${attempt.findings[0]?.message}`;
    }
  } catch (error) {
    if (!(error instanceof GateError)) throw error; // the probe cannot be asked, such as without its variable
  }
  return askAddress(config.services[name]?.url ?? '', visit);
}

async function askAddress(url: string, { context }: Visit): Promise<string | undefined> {
  try {
    const { status } = await sendRequest({
      method: 'GET',
      url,
      timeout: 10_000,
      signal: context.signal,
      fresh: 'http/1.1',
    });
    return status < 500 ? undefined : `${url} answered ${status}.`;
  } catch (error) {
    context.signal.throwIfAborted();
    const network = toNetworkError(error, `GET ${url}`);
    if (network === undefined) throw error;
    return `${network.message}.`;
  }
}
