import { type FindingKind, found } from '../../../core/finding.ts';
import { isMapping } from '../../../core/is-mapping.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { parseJson } from '../../../expectations/json.ts';
import { failed, StepEnded } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import { withoutTellingValues } from '../secrets.ts';
import type { Visit } from '../visit.ts';
import { badDiscovery } from './findings.ts';

/** What a client must know of a provider (OpenID Connect Discovery 1.0, section 3). */
export interface Provider {
  issuer: string;
  authorization_endpoint: string;
  token_endpoint: string;
  jwks_uri: string;
  userinfo_endpoint?: string;
  end_session_endpoint?: string;
  token_endpoint_auth_methods_supported?: string[];
}

/** Talks to a provider on behalf of a step, and ends the step where the provider is at fault. */
export class ProviderClient {
  readonly #step: Step;
  readonly #visit: Visit;
  readonly #timeout: number;

  constructor(step: Step & { declared: { timeout: number } }, visit: Visit) {
    this.#step = step;
    this.#visit = visit;
    this.#timeout = step.declared.timeout;
  }

  get visit(): Visit {
    return this.#visit;
  }

  fail(kind: FindingKind, what: string): never {
    const message = `${this.#step.label} (oauth): ${this.#visit.context.redactor.redact(what)}.`;
    const where = { ...this.#visit.where(this.#step), boundary: kind.boundary };
    throw new StepEnded(failed([found(kind, { message, ...where })], kind.code));
  }

  /** One request as a browser or a client of the flow: with its cookies, without the headers of other services. */
  async ask(method: 'GET' | 'POST', url: URL, headers: Record<string, string> = {}, body?: URLSearchParams) {
    const cookie = this.#visit.cookies.header(url, this.#visit.context.clock.now());
    return this.#visit.ask({
      method,
      url: url.href,
      headers: {
        ...(body && { 'content-type': 'application/x-www-form-urlencoded' }),
        ...(cookie !== undefined && { cookie }),
        ...headers,
      },
      ...(body && { body: body.toString() }),
      timeout: this.#timeout,
    });
  }

  /** A JSON object of the provider; ends the step when it is something else. */
  async json(
    kind: FindingKind,
    what: string,
    ...request: Parameters<ProviderClient['ask']>
  ): Promise<Record<string, unknown>> {
    const answer = await this.ask(...request);
    const value = parseJson(answer.body)?.value;
    if (answer.status === 200 && isMapping(value)) return { ...value };
    return this.fail(
      kind,
      `${what} answered ${answer.status}: ${makeExcerpt(answer.body, text => withoutTellingValues(this.#visit.context.redactor.redact(text)))}`,
    );
  }

  async discover(issuer: URL): Promise<Provider> {
    const base = issuer.href.replace(/\/$/, '');
    const document = await this.json(
      badDiscovery,
      'discovery',
      'GET',
      new URL(`${base}/.well-known/openid-configuration`),
    );
    for (const key of ['issuer', 'authorization_endpoint', 'token_endpoint', 'jwks_uri']) {
      if (typeof document[key] !== 'string' || !URL.canParse(document[key]))
        this.fail(badDiscovery, `discovery has no ${key}`);
    }
    const provider = document as Partial<Provider> as Provider;
    if (provider.issuer.replace(/\/$/, '') !== base) {
      this.fail(badDiscovery, `discovery says that the issuer is ${provider.issuer}, and it was asked of ${base}`);
    }
    return provider;
  }
}
