import { canResolve } from '../../clients/dns.ts';
import { stripQuery } from '../../clients/http.ts';
import { dnsSilent, NetworkError, timedOut } from '../../clients/network-error.ts';
import { parseRetryAfter } from '../../clients/retry-after.ts';
import type { Method } from '../../config/http-methods.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import type { GateContext } from '../../core/context.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Finding } from '../../core/finding.ts';
import { checkAnswer } from '../../expectations/expect.ts';
import type { About } from '../../expectations/expectation.ts';
import { tooSlow } from '../../expectations/findings.ts';
import { type Attempt, convertNetworkError, makeAttempt, type Prober, type Where } from '../attempt.ts';
import { describeStale, detectCache } from '../http/cache.ts';
import { checkDependencies } from '../http/dependencies.ts';
import { identifyInstance } from '../http/identity.ts';
import { checkMetrics } from '../http/metrics.ts';
import { detectStranger } from '../http/pages/index.ts';
import { type Ask, type Asked, sendProbe } from '../http/request.ts';
import { checkScripts } from '../http/scripts.ts';

/** Asks over HTTP; over IPv4 and IPv6 one after the other where both are wanted. */
export function probeHttp(probe: HttpProbe, method: Method, where: Where): Prober {
  const known = new Map<string, number>();
  const ask: Ask = { probe, method, where };
  if (probe.ip !== 'both') {
    const family = probe.ip === 'any' ? undefined : (Number(probe.ip) as 4 | 6);
    return context => attempt({ ...ask, ...(family && { family }) }, known, context);
  }
  return async context => {
    const overIPv4 = await attempt({ ...ask, family: 4 }, known, context);
    const overIPv6 = await attempt({ ...ask, family: 6 }, known, context);
    return bothOf(overIPv4, overIPv6);
  };
}

function bothOf(overIPv4: Attempt, overIPv6: Attempt): Attempt {
  const named = (attempt: Attempt, name: string) =>
    attempt.findings.map(finding => ({ ...finding, message: `Over ${name}: ${finding.message}` }));
  const worse = overIPv4.verdict === 'passed' ? overIPv6 : overIPv4;
  return {
    ...worse,
    findings: [...named(overIPv4, 'IPv4'), ...named(overIPv6, 'IPv6')],
    word: `IPv4 ${overIPv4.word}, IPv6 ${overIPv6.word}`,
    detail: `IPv4: ${overIPv4.detail}; IPv6: ${overIPv6.detail}`,
    silent: Boolean(overIPv4.silent && overIPv6.silent),
    requests: (overIPv4.requests ?? 1) + (overIPv6.requests ?? 1),
  };
}

async function attempt(ask: Ask, known: Map<string, number>, context: GateContext): Promise<Attempt> {
  const { probe, method, where } = ask;
  const target = `${method.toUpperCase()} ${stripQuery(probe[method] ?? '')}`;
  try {
    const asked = await sendProbe(ask, context);
    const findings = judge(asked, ask, context);
    const cache = isBad(findings) && probe['past-caches'] && method === 'get' ? detectCache(asked.answer) : undefined;
    if (cache !== undefined && findings[0]) {
      const again = await sendProbe({ ...ask, pastCaches: true }, context);
      const warning = describeStale(asked.target, cache, findings[0], where);
      const judged = judge(again, ask, context);
      const both = { ...again, requests: again.requests + asked.requests };
      return await conclude(both, isBad(judged) ? judged : [warning, ...judged], ask, known, context);
    }
    return await conclude(asked, findings, ask, known, context);
  } catch (error) {
    return convertNetworkError(await dnsErrorBehind(error, target, probe[method] ?? ''), target, where);
  }
}

/** Milliseconds for the resolver of the runner, which has had all the time of the request before. */
const lastChance = 500;

/**
 * A request that nothing came back of may never have been sent: then its host's name server is to blame, not the
 * service.
 */
async function dnsErrorBehind(error: unknown, target: string, url: string): Promise<unknown> {
  const isSilent = error instanceof NetworkError && error.kind === timedOut;
  if (!isSilent) return error;
  const { hostname } = new URL(url);
  if (await canResolve(hostname, lastChance)) return error;
  return new NetworkError(dnsSilent, `${target} could not be sent: no name server answered for ${hostname} in time`);
}

function isBad(findings: Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

function aboutOf({ target }: Asked, where: Where, { redactor }: GateContext): About {
  return { target, redact: text => redactor.redact(text), where };
}

function judge(asked: Asked, { probe, where }: Ask, context: GateContext): Finding[] {
  if (asked.findings.length > 0) return asked.findings;
  const about = aboutOf(asked, where, context);
  const { answer } = asked;
  const findings = checkAnswer({ ...probe.expect, within: probe.within }, answer, about);
  if (isBad(findings.filter(({ code }) => code !== tooSlow.code))) return findings;
  return [
    ...findings,
    ...checkDependencies(probe.dependencies, answer, about),
    ...checkMetrics(probe.metrics, answer, about),
  ];
}

/**
 * What is wrong with the answer, or who gave it in the service's place; and what the page refers to, when it is right.
 */
async function conclude(
  asked: Asked,
  findings: Finding[],
  { probe, where }: Ask,
  known: Map<string, number>,
  context: GateContext,
): Promise<Attempt> {
  const { answer } = asked;
  const now = context.clock.now();
  const about = aboutOf(asked, where, context);
  const details = {
    detail: `${answer.status} in ${formatDuration(answer.took)}`,
    requests: asked.requests,
  };
  const stranger = detectStranger(answer, !isBad(findings), about);
  if (stranger) {
    const { verdict, finding } = stranger;
    return {
      ...details,
      verdict,
      findings: [finding],
      word: finding.code.replace(/^answer\//, '').replaceAll('-', ' '),
    };
  }
  if (isBad(findings)) {
    const onlySlow = findings.every(({ code, severity }) => severity !== 'error' || code === tooSlow.code);
    const asks = [429, 503].includes(answer.status) ? parseRetryAfter(answer.headers['retry-after'], now) : undefined;
    return makeAttempt(findings, {
      ...details,
      word: wordOf(answer.status, findings),
      isolated: onlySlow,
      ...(asks !== undefined && { retryAfter: asks }),
    });
  }
  const page = asked.target.replace(/^\w+ /, '');
  const found = probe.scripts
    ? await checkScripts(probe.scripts, { answer, page, known }, about, context, probe.timeout)
    : { findings: [], requests: 0 };
  const all = [...findings, ...found.findings];
  return makeAttempt(all, {
    ...details,
    ...identifyInstance(probe, answer, now),
    word: wordOf(answer.status, all),
    took: answer.took,
    requests: details.requests + found.requests,
  });
}

function wordOf(status: number, findings: Finding[]): string {
  const bad = findings.find(({ severity }) => severity === 'error');
  const isStatus = bad === undefined || bad.code === 'answer/wrong-status';
  return isStatus ? String(status) : `${status} ${bad.code.replace(/^\w+\//, '').replaceAll('-', ' ')}`;
}
