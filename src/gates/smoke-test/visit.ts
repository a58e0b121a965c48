import { CookieJar } from '../../clients/cookie-jar.ts';
import { withoutQuery } from '../../clients/http.ts';
import type { NetworkError } from '../../clients/network-error.ts';
import type { Outcome } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found, type Place } from '../../core/finding.ts';
import type { About } from '../expectations/expect.ts';
import { addressOf, type Flow, type Step } from './plan.ts';
import { Scope } from './scope.ts';

export const unusableAddress: FindingKind = {
  code: 'smoke/unusable-address',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The address of a step turned out to be none that can be asked, so nothing was.',
  cause: 'A captured value or a variable that is no path and no URL stands where the address begins.',
  remedy: 'Look at where the value comes from; the step needs a path of a service, or a whole URL.',
};

/** What a step's findings say of themselves. */
export interface StepAbout extends About {
  placeOfCapture(name: string): Place;
}

/** One run through a flow, as one user: the cookies and values that its steps share. */
export class Visit {
  readonly scope: Scope;
  readonly cookies = new CookieJar();
  readonly context: GateContext;
  readonly #flow: Flow;
  /** The last request as a command for a shell. */
  command = '';

  constructor(flow: Flow, context: GateContext) {
    this.#flow = flow;
    this.context = context;
    this.scope = new Scope(new Map([...flow.variables, ...flow.generated]));
  }

  /** The whole address of a step, over http or https. Throws a GateError when it turns out to be none. */
  addressOf(step: Step): URL {
    const { key, location } = addressOf(step.declared);
    const text = this.scope.text(location);
    const url = URL.canParse(text, step.baseUrl) ? new URL(text, step.baseUrl) : undefined;
    if (url && key === 'websocket') url.protocol = url.protocol.replace(/^ws/, 'http');
    if (url && /^https?:$/.test(url.protocol)) return url;
    const seen = `${step.label}: ${location} came out as "${text}".`;
    throw new GateError([found(unusableAddress, { seen, boundary: this.#flow.boundary, place: step.place })]);
  }

  /** Headers with the flow's own token and cookies, which a header of the step's own replaces. */
  headersFor({ declared }: Step, url: URL): Record<string, string> {
    const cookie = this.cookies.header(url, this.context.clock.now());
    return {
      ...(declared.bearer !== undefined && { authorization: `Bearer ${this.scope.text(declared.bearer)}` }),
      ...(cookie !== undefined && { cookie }),
      ...lowerCase(this.scope.texts(declared.headers)),
    };
  }

  about(step: Step, url: URL): StepAbout {
    const { key } = addressOf(step.declared);
    const request = `${key === 'websocket' ? 'WebSocket' : key.toUpperCase()} ${shownAddress(url, step.baseUrl)}`;
    const name = step.declared.name;
    return {
      target: `${step.label} (${name === undefined ? request : `${this.scope.text(name)}: ${request}`})`,
      where: { boundary: this.#flow.boundary, place: step.place },
      placeOfCapture: step.placeOfCapture,
      redact: text => this.context.redactor.redact(text),
    };
  }
}

/** The outcome of a step that got no answer. */
export function unanswered(error: NetworkError, step: Step, { where }: StepAbout): Outcome {
  const finding = error.finding(where);
  return {
    verdict: error.verdict,
    findings: [{ ...finding, seen: `${step.label}: ${finding.seen}` }],
    detail: error.message,
  };
}

/** A query can hold a token; a message goes without it. */
function shownAddress(url: URL, baseUrl: string | undefined): string {
  const isOfService = baseUrl !== undefined && new URL(baseUrl).origin === url.origin;
  return isOfService ? url.pathname : withoutQuery(url.href);
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
