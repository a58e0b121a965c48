import type { CookieJar } from '../../clients/cookie-jar.ts';
import { type HttpAnswer, type HttpRequest, sendRequest, stripQuery } from '../../clients/http.ts';
import type { AskedAgain, Step as DeclaredStep } from '../../config/schema/smoke/steps.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found, type Place } from '../../core/finding.ts';
import type { About } from '../../expectations/expectation.ts';
import { asCurl } from './command-line.ts';
import type { Connections } from './connections.ts';
import { keyOf, titleOf, verbOf } from './plan/address.ts';
import type { Flow, Step } from './plan/model.ts';
import { refuseRollOver } from './roll-over.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';
import { tokensIn, withoutTellingValues } from './secrets.ts';

export const unusableAddress: FindingKind = {
  code: 'smoke/unusable-address',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The address of a step turned out to be none that can be asked, so nothing was.',
  cause: 'A captured value or a variable that is no path and no URL stands where the address begins.',
  help: 'Look at where the value comes from; the step needs a path of a service, or a whole URL.',
};

/** What a step's findings say of themselves. */
export interface StepAbout extends About {
  placeOfCapture(name: string): Place;
}

interface Shared {
  run: Run;
  flow: Flow;
  context: GateContext;
  scope: Scope;
  cookies: CookieJar;
  connections: Connections;
}

/** One run through a flow, as one user: the cookies, connections and values that its steps share. */
export class Visit {
  readonly run: Run;
  readonly flow: Flow;
  readonly context: GateContext;
  readonly scope: Scope;
  readonly cookies: CookieJar;
  readonly connections: Connections;
  /** The last request as a command for a shell; made only if it is shown. */
  readonly #shown: { command: () => string };

  constructor(shared: Shared, shown = { command: () => '' }) {
    this.run = shared.run;
    this.flow = shared.flow;
    this.context = shared.context;
    this.scope = shared.scope;
    this.cookies = shared.cookies;
    this.connections = shared.connections;
    this.#shown = shown;
  }

  get command(): string {
    return this.#shown.command();
  }

  /** From now on this is the last request. */
  asks(command: () => string): void {
    this.#shown.command = command;
  }

  /** The same user, with other names, or under another signal. */
  with(changed: Partial<Shared>): Visit {
    return new Visit({ ...this, ...changed }, this.#shown);
  }

  /** The whole address of a step, over http or https. Throws a GateError when it turns out to be none. */
  addressOf(step: Step<DeclaredStep | AskedAgain>, location: string): URL {
    const text = this.scope.text(location);
    const url = URL.parse(text, step.baseUrl);
    if (url && keyOf(step.declared) === 'websocket') url.protocol = url.protocol.replace(/^ws/, 'http');
    if (url && /^https?:$/.test(url.protocol)) {
      const query = 'query' in step.declared ? this.scope.texts(step.declared.query) : {};
      for (const [name, value] of Object.entries(query)) url.searchParams.append(name, value);
      return url;
    }
    const message = `${step.label}: ${location} came out as "${text}".`;
    throw new GateError([found(unusableAddress, { message, boundary: this.flow.boundary, place: step.place })]);
  }

  /** Headers of every request, then those of the step: its token, the flow's cookies, and its own, which win. */
  headersFor({ declared }: Step, url: URL): Record<string, string> {
    const bearer = 'bearer' in declared ? declared.bearer : undefined;
    const basic = 'basic' in declared ? declared.basic : undefined;
    const cookie = this.cookies.header(url, this.context.clock.now());
    return {
      ...this.#settingsFor(url),
      ...(bearer !== undefined && { authorization: `Bearer ${this.scope.text(bearer)}` }),
      ...(basic && { authorization: this.#basic(basic) }),
      ...(cookie !== undefined && { cookie }),
      ...('headers' in declared && lowerCase(this.scope.texts(declared.headers))),
    };
  }

  /** Sends a request, keeps the cookies that come with the answer, and masks the tokens in it. */
  async ask(request: Omit<HttpRequest, 'signal'> & { headers: Record<string, string> }): Promise<HttpAnswer> {
    const { redactor, signal, clock } = this.context;
    this.asks(() => asCurl(request));
    const answer = await sendRequest({ ...request, signal });
    for (const text of [answer.body, answer.headers.location ?? '', ...answer.cookies]) {
      for (const token of tokensIn(text)) redactor.add(token);
    }
    if (answer.cookies.length > 0) this.cookies.store(answer.cookies, new URL(request.url), clock.now());
    refuseRollOver(answer, request.url, this);
    return answer;
  }

  /** `target` is the request as a person reads it; by default what the step is declared to do. */
  about(step: Step, url?: URL): StepAbout {
    const target = () => {
      const request = url ? `${verbOf(step.declared)} ${shownAddress(url, step.baseUrl)}` : titleOf(step.declared);
      const { name } = step.declared;
      const isKnown = name !== undefined && this.scope.knows(name);
      return `${step.label} (${isKnown ? `${this.scope.text(name)}: ${request}` : request})`;
    };
    return {
      get target() {
        return target(); // for a finding, of which most steps have none
      },
      where: this.where(step),
      placeOfCapture: step.placeOfCapture,
      redact: text => withoutTellingValues(this.context.redactor.redact(text)),
    };
  }

  where(step: Step): About['where'] {
    return { boundary: this.flow.boundary, place: step.place };
  }

  #settingsFor({ origin }: URL): Record<string, string> {
    const { headers, bypass, deployment, services } = this.run.plan.requests;
    const service = services.get(origin);
    if (service === undefined) return {}; // what is meant for the services is told to nobody else
    return {
      ...headers,
      ...(bypass?.origins.has(origin) && { 'x-vercel-protection-bypass': bypass.secret }),
      ...(deployment.send && service.deployment && { [deployment.send]: service.deployment }),
    };
  }

  #basic({ username, password }: { username: string; password: string }): string {
    const credentials = `${this.scope.text(username)}:${this.scope.text(password)}`;
    const encoded = Buffer.from(credentials).toString('base64');
    this.context.redactor.add(encoded);
    return `Basic ${encoded}`;
  }
}

/** A query can hold a token; a message goes without it. */
function shownAddress(url: URL, baseUrl: string | undefined): string {
  const isOfService = baseUrl !== undefined && new URL(baseUrl).origin === url.origin;
  return isOfService ? url.pathname : stripQuery(url.href);
}

function lowerCase(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
