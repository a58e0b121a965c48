import { CookieJar } from '../../clients/cookie-jar.ts';
import { type HttpAnswer, type HttpRequest, sendRequest, stripQuery } from '../../clients/http.ts';
import { findForm } from '../../config/schema/smoke/steps.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found, type Place } from '../../core/finding.ts';
import type { About } from '../../expectations/expectation.ts';
import { formatCurl } from './command-line.ts';
import type { Connections } from './messages/connections.ts';
import { formatTitle, formatVerb } from './plan/address.ts';
import type { Flow, Step } from './plan/model.ts';
import { refuseRollOver } from './roll-over.ts';
import type { Run } from './run.ts';
import type { Scope } from './scope.ts';
import { findTokens, redactTellingValues } from './secrets.ts';

export const invalidAddress: FindingKind = {
  code: 'smoke/invalid-address',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The address of a step is not valid once its names are replaced, so nothing was sent.',
  cause: 'The address begins with a captured value or a variable that is neither a path nor a URL.',
  help: 'Check where the value comes from. The step needs a path of a service, or a full URL.',
};

/** What the findings of a step have in common. */
export interface StepAbout extends About {
  placeOfCapture(name: string): Place;
}

interface Shared {
  run: Run;
  flow: Flow;
  context: GateContext;
  scope: Scope;
  cookies: CookieJar;
  /** The cookies of the other users of the flow, by name. */
  users: Map<string, CookieJar>;
  connections: Connections;
}

/** One run through a flow, as one user: the cookies, connections and values that its steps share. */
export class Visit {
  readonly run: Run;
  readonly flow: Flow;
  readonly context: GateContext;
  readonly scope: Scope;
  readonly cookies: CookieJar;
  readonly users: Map<string, CookieJar>;
  readonly connections: Connections;
  /** The last request as a command for a shell, built only when it is shown. */
  readonly #shown: { command: () => string };

  constructor(shared: Shared, shown = { command: () => '' }) {
    this.run = shared.run;
    this.flow = shared.flow;
    this.context = shared.context;
    this.scope = shared.scope;
    this.cookies = shared.cookies;
    this.users = shared.users;
    this.connections = shared.connections;
    this.#shown = shown;
  }

  get command(): string {
    return this.#shown.command();
  }

  /** Sets the last request. */
  showCommand(command: () => string): void {
    this.#shown.command = command;
  }

  /** The same user with other names, or under another signal. */
  with(changed: Partial<Shared>): Visit {
    return new Visit({ ...this, ...changed }, this.#shown);
  }

  /** The visit of a named user of the flow; without a name, this one. */
  as(user: string | undefined): Visit {
    if (user === undefined) return this;
    const cookies = this.users.get(user) ?? new CookieJar();
    this.users.set(user, cookies);
    return this.with({ cookies, scope: this.scope.forUser(user) });
  }

  /** The full address of a step, over http or https. Throws a GateError if it is not valid. */
  resolveAddress(step: Step, location: string): URL {
    const text = this.scope.resolveText(location);
    const url = URL.parse(text, step.baseUrl);
    if (url && findForm(step.declared).schemes?.includes('ws')) url.protocol = url.protocol.replace(/^ws/, 'http');
    if (url && /^https?:$/.test(url.protocol)) {
      const query = 'query' in step.declared ? this.scope.resolveFields(step.declared.query) : [];
      for (const [name, value] of query) url.searchParams.append(name, value);
      return url;
    }
    const message = `${step.label}: the address ${location} is "${text}", which is neither a path nor a URL.`;
    throw new GateError([found(invalidAddress, { message, boundary: this.flow.boundary, place: step.place })]);
  }

  /** The headers of every request, then the token, the flow's cookies and the headers of the step, which win. */
  makeHeaders({ declared }: Step, url: URL): Record<string, string> {
    const bearer = 'bearer' in declared ? declared.bearer : undefined;
    const basic = 'basic' in declared ? declared.basic : undefined;
    const cookie = this.cookies.header(url, this.context.clock.now());
    return {
      ...this.#listSettings(url),
      ...(bearer !== undefined && { authorization: `Bearer ${this.scope.resolveText(bearer)}` }),
      ...(basic && { authorization: this.#encodeBasic(basic) }),
      ...(cookie !== undefined && { cookie }),
      ...('headers' in declared && lowerNames(this.scope.resolveTexts(declared.headers))),
    };
  }

  /** Sends a request, stores the cookies of the answer, and masks the tokens in it. */
  async ask(request: Omit<HttpRequest, 'signal'> & { headers: Record<string, string> }): Promise<HttpAnswer> {
    const { redactor, signal, clock } = this.context;
    this.showCommand(() => formatCurl(request));
    const answer = await sendRequest({ ...request, signal });
    for (const text of [answer.body, answer.headers.location ?? '', ...answer.cookies]) {
      for (const token of findTokens(text)) redactor.add(token);
    }
    if (answer.cookies.length > 0) this.cookies.store(answer.cookies, new URL(request.url), clock.now());
    refuseRollOver(answer, request.url, this);
    return answer;
  }

  /** Describes the step for its findings. `target` is the request as people read it, or the step as declared. */
  describe(step: Step, url?: URL): StepAbout {
    const target = () => {
      const request = url
        ? `${formatVerb(step.declared)} ${formatAddress(url, step.baseUrl)}`
        : formatTitle(step.declared);
      const { name } = step.declared;
      const isKnown = name !== undefined && this.scope.knows(name);
      return `${step.label} (${isKnown ? `${this.scope.resolveText(name)}: ${request}` : request})`;
    };
    return {
      get target() {
        return target(); // built for a finding, which most steps do not have
      },
      where: this.locate(step),
      placeOfCapture: step.placeOfCapture,
      redact: text => redactTellingValues(this.context.redactor.redact(text)),
    };
  }

  locate(step: Step): About['where'] {
    return { boundary: this.flow.boundary, place: step.place };
  }

  #listSettings({ origin }: URL): Record<string, string> {
    const { headers, bypass, deployment, services } = this.run.plan.requests;
    const service = services.get(origin);
    if (service === undefined) return {}; // only services get these headers
    return {
      ...headers,
      ...(bypass?.origins.has(origin) && { 'x-vercel-protection-bypass': bypass.secret }),
      ...(deployment.send && service.deployment && { [deployment.send]: service.deployment }),
    };
  }

  #encodeBasic({ username, password }: { username: string; password: string }): string {
    const credentials = `${this.scope.resolveText(username)}:${this.scope.resolveText(password)}`;
    const encoded = Buffer.from(credentials).toString('base64');
    this.context.redactor.add(encoded);
    return `Basic ${encoded}`;
  }
}

/** A message omits the query, which can contain a token. */
function formatAddress(url: URL, baseUrl: string | undefined): string {
  const isOfService = baseUrl !== undefined && new URL(baseUrl).origin === url.origin;
  return isOfService ? url.pathname : stripQuery(url.href);
}

function lowerNames(headers: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
