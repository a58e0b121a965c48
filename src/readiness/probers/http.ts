import { canResolve } from '../../clients/dns.ts';
import { type HttpAnswer, stripQuery } from '../../clients/http.ts';
import { dnsSilent, NetworkError, timedOut } from '../../clients/network-error.ts';
import { parseRetryAfter } from '../../clients/retry-after.ts';
import type { Method } from '../../config/http-methods.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import type { GateContext } from '../../core/context.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Finding } from '../../core/finding.ts';
import { checkAnswer } from '../../expectations/expect.ts';
import type { About } from '../../expectations/expectation.ts';
import { tooSlow, wrongStatus } from '../../expectations/findings.ts';
import { loadPathsOf } from '../../expectations/json-paths.ts';
import { type Attempt, convertNetworkError, describeCode, makeAttempt, type Prober, type Where } from '../attempt.ts';
import { describeStale, detectCache } from '../http/cache.ts';
import { checkDependencies, listSickDependencies } from '../http/dependencies.ts';
import { identifyInstance, noIdentity } from '../http/identity.ts';
import { checkMetrics } from '../http/metrics.ts';
import { detectDisguise, detectStranger } from '../http/pages/index.ts';
import { type Ask, type Asked, sendProbe } from '../http/request.ts';
import { checkScripts, type ScriptSizes } from '../http/scripts.ts';

/** A request, with what earlier attempts have learned. */
interface HttpAsk extends Ask {
  scripts: ScriptSizes;
}

/** An answer with its findings. */
interface Judged {
  asked: Asked;
  findings: Finding[];
}

/** Asks over HTTP; with `ip: both`, over IPv4 and then over IPv6. */
export function probeHttp(probe: HttpProbe, method: Method, where: Where): Prober {
  const ask: HttpAsk = { probe, method, where, scripts: new Map() };
  if (probe.ip === 'any') return context => attempt(ask, context);
  if (probe.ip !== 'both') {
    const family = probe.ip === '4' ? 4 : 6;
    return context => attempt({ ...ask, family }, context);
  }
  return async context => {
    const overIPv4 = await attempt({ ...ask, family: 4 }, context);
    const overIPv6 = await attempt({ ...ask, family: 6 }, context);
    return joinFamilies(overIPv4, overIPv6);
  };
}

function joinFamilies(overIPv4: Attempt, overIPv6: Attempt): Attempt {
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

async function attempt(ask: HttpAsk, context: GateContext): Promise<Attempt> {
  const { probe, method, where } = ask;
  await loadPathsOf(probe.expect);
  try {
    const first = judge(await sendProbe(ask, context), ask, context);
    return await conclude(await judgePastCache(first, ask, context), ask, context);
  } catch (error) {
    const url = probe[method] ?? '';
    const target = `${method.toUpperCase()} ${stripQuery(url)}`;
    return convertNetworkError(await findDnsError(error, target, url), target, where);
  }
}

/** If a wrong answer came from a cache, asks again past the cache. A cache that alone is wrong is a warning. */
async function judgePastCache(first: Judged, ask: HttpAsk, context: GateContext): Promise<Judged> {
  const { asked, findings } = first;
  const [wrong] = findings;
  const mayAskPast = isBad(findings) && ask.probe['past-caches'] && ask.method === 'get';
  const cache = mayAskPast ? detectCache(asked.answer) : undefined;
  if (cache === undefined || wrong === undefined) return first;
  const again = await sendProbe({ ...ask, pastCaches: true }, context);
  const second = judge({ ...again, requests: again.requests + asked.requests }, ask, context);
  if (isBad(second.findings)) return second;
  return { ...second, findings: [describeStale(asked.target, cache, wrong, ask.where), ...second.findings] };
}

/** Milliseconds for the runner's resolver, which has already had the whole time of the request. */
const lastChance = 500;

/**
 * The gate may never have sent a request that got no answer: then the host's name server is to blame, not the service.
 */
async function findDnsError(error: unknown, target: string, url: string): Promise<unknown> {
  const isSilent = error instanceof NetworkError && error.kind === timedOut;
  if (!isSilent) return error;
  const { hostname } = new URL(url);
  if (await canResolve(hostname, lastChance)) return error;
  return new NetworkError(dnsSilent, `${target} could not be sent: no name server answered for ${hostname} in time`);
}

function isBad(findings: Finding[]): boolean {
  return findings.some(({ severity }) => severity === 'error');
}

function describe({ target }: Asked, { where }: HttpAsk, { redactor }: GateContext): About {
  return { target, redact: text => redactor.redact(text), where };
}

function judge(asked: Asked, ask: HttpAsk, context: GateContext): Judged {
  if (asked.findings.length > 0) return { asked, findings: asked.findings };
  const about = describe(asked, ask, context);
  const { answer } = asked;
  const { probe } = ask;
  const findings = checkAnswer({ ...probe.expect, within: probe.within }, answer, about);
  if (isBad(findings.filter(({ code }) => code !== tooSlow.code)))
    return { asked, findings: [...listSickDependencies(probe.dependencies, answer, about), ...findings] };
  return {
    asked,
    findings: [
      ...findings,
      ...checkDependencies(probe.dependencies, answer, about),
      ...checkMetrics(probe.metrics, answer, about),
    ],
  };
}

/** Names who answered in the service's place, else judges the answer and, if it is good, the page's scripts. */
async function conclude(judged: Judged, ask: HttpAsk, context: GateContext): Promise<Attempt> {
  const { asked, findings } = judged;
  const { answer, requests } = asked;
  const about = describe(asked, ask, context);
  const address = ask.probe[ask.method] ?? '';
  const details = { detail: `${answer.status} in ${formatDuration(answer.took)}`, requests };
  const stranger = isBad(findings)
    ? detectStranger(answer, about)
    : detectDisguise(address, asked, ask.probe.expect, about);
  if (stranger) {
    const { verdict, finding } = stranger;
    return { ...details, verdict, findings: [finding], word: describeCode(finding) };
  }
  const hasPage = !findings.some(({ code }) => code === wrongStatus.code);
  const page = { asked, probe: ask.probe, sizes: ask.scripts };
  const scripts = hasPage ? await checkScripts(page, about, context) : { findings: [], requests: 0 };
  const all = [...findings, ...scripts.findings];
  const sent = { ...details, word: chooseWord(answer.status, all), requests: requests + scripts.requests };
  return isBad(all)
    ? describeBad(all, answer, sent, context.clock.now())
    : identify({ asked, findings: all }, ask, sent, context);
}

type Sent = Pick<Attempt, 'word' | 'detail' | 'requests'>;

function describeBad(findings: Finding[], answer: HttpAnswer, sent: Sent, now: number): Attempt {
  const onlySlow = findings.every(({ code, severity }) => severity !== 'error' || code === tooSlow.code);
  const asks = [429, 503].includes(answer.status) ? parseRetryAfter(answer.headers['retry-after'], now) : undefined;
  return makeAttempt(findings, {
    ...sent,
    isolated: onlySlow,
    throttled: answer.status === 429,
    ...(asks !== undefined && { retryAfter: asks }),
  });
}

function identify({ asked, findings }: Judged, ask: HttpAsk, sent: Sent, context: GateContext): Attempt {
  const about = describe(asked, ask, context);
  const { identity, findings: unidentified } = identifyInstance(ask.probe, asked.answer, about, context.clock.now());
  const attempt = makeAttempt([...findings, ...unidentified], { ...sent, ...identity, took: asked.answer.took });
  // A service that does not name its instances is no bad release; the gate cannot judge what it was asked to.
  return unidentified.length > 0 ? { ...attempt, verdict: 'error', word: describeCode(noIdentity) } : attempt;
}

function chooseWord(status: number, findings: Finding[]): string {
  const bad = findings.find(({ severity }) => severity === 'error');
  return bad === undefined || bad.code === wrongStatus.code ? String(status) : `${status} ${describeCode(bad)}`;
}
