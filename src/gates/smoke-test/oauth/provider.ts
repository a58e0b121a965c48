import type { HttpAnswer } from '../../../clients/http.ts';
import type { OauthStep } from '../../../config/schema/smoke/steps/oauth.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { isMapping } from '../../../core/is-mapping.ts';
import { parseJson } from '../../../core/parse-json.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { failed, StepEnded } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import { Origins, refuseOrigin } from '../requests/origins.ts';
import { redactTellingValues } from '../secrets.ts';
import type { Visit } from '../visit.ts';
import { badDiscovery } from './findings.ts';

/** What a client needs to know about a provider (OpenID Connect Discovery 1.0, section 3). */
export interface Metadata {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
  userinfo_endpoint?: string;
  end_session_endpoint?: string;
  token_endpoint_auth_methods_supported?: string[];
}

const endpoints = [
  'authorization_endpoint',
  'token_endpoint',
  'jwks_uri',
  'userinfo_endpoint',
  'end_session_endpoint',
] as const;

interface ProviderRequest {
  method: 'GET' | 'POST';
  url: URL;
  headers?: Record<string, string>;
  body?: URLSearchParams;
}

/** Sends requests to a provider for a step, and ends the step if the provider has a fault. */
export class Provider {
  readonly visit: Visit;
  readonly #step: Step<OauthStep>;
  readonly #issuer: URL;
  readonly #origins: Origins;

  constructor(issuer: URL, step: Step<OauthStep>, visit: Visit) {
    this.#issuer = issuer;
    this.#step = step;
    this.#origins = new Origins(issuer, step, visit);
    this.visit = visit;
  }

  fail(kind: FindingKind, what: string): never {
    const message = `${this.#step.label} (oauth): ${this.visit.context.redactor.redact(what)}.`;
    const where = { ...this.visit.locate(this.#step), boundary: kind.boundary };
    throw new StepEnded(failed([found(kind, { message, ...where })], kind.code));
  }

  /** Ends the step with an error: the test is at fault, not the release. */
  refuse(kind: FindingKind, what: string): never {
    const message = `${this.#step.label} (oauth): ${this.visit.context.redactor.redact(what)}.`;
    const where = { ...this.visit.locate(this.#step), boundary: kind.boundary };
    throw new StepEnded({ verdict: 'error', findings: [found(kind, { message, ...where })], detail: kind.code });
  }

  /** Ends the step unless it may send requests to this address. `what` leads there, such as `the form of … posts to`. */
  requireOrigin(what: string, url: URL): void {
    if (!this.#origins.include(url)) refuseOrigin(what, url, this.#step, this.visit);
  }

  /** Sends one request as a browser or a client of the flow: with its cookies, without the headers for services. */
  async ask({ method, url, headers = {}, body }: ProviderRequest): Promise<HttpAnswer> {
    this.requireOrigin('the sign-in leads to', url);
    const cookie = this.visit.cookies.header(url, this.visit.context.clock.now());
    return this.visit.ask({
      method,
      url: url.href,
      headers: {
        ...(body && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
      ...(body && { body: body.toString() }),
      timeout: this.#step.declared.timeout,
    });
  }

  /** Requests a JSON object. Ends the step with this kind of finding if the answer is something else. */
  async requestJson(kind: FindingKind, source: string, request: ProviderRequest): Promise<Record<string, unknown>> {
    const answer = await this.ask(request);
    const value = parseJson(answer.body)?.value;
    if (answer.status === 200 && isMapping(value)) return { ...value };
    const redact = (text: string) => redactTellingValues(this.visit.context.redactor.redact(text));
    return this.fail(kind, `${source} answered ${answer.status}: ${makeExcerpt(answer.body, redact)}`);
  }

  async discover(): Promise<Metadata> {
    const base = this.#issuer.href.replace(/\/$/, '');
    const url = new URL(`${base}/.well-known/openid-configuration`);
    const document = await this.requestJson(badDiscovery, 'discovery', { method: 'GET', url });
    for (const key of ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
      if (typeof document[key] !== 'string' || !URL.canParse(document[key]))
        this.fail(badDiscovery, `discovery lacks ${key}`);
    }
    const metadata = document as Partial<Metadata> as Metadata;
    if (metadata.issuer.replace(/\/$/, '') !== base)
      this.fail(badDiscovery, `discovery names the issuer ${metadata.issuer}, but the step names ${base}`);
    for (const key of endpoints) {
      const url = URL.parse(metadata[key] ?? '');
      if (url) this.requireOrigin(`discovery names the ${key}`, url);
    }
    return metadata;
  }
}
