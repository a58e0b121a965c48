import { randomBytes } from 'node:crypto';
import { makePkcePair } from '../generate.ts';
import { browse } from './browser.ts';
import { badIdToken, noTokens, signInRefused, stillSignedIn, unsafeAnswer } from './findings.ts';
import { verifyIdToken } from './id-token.ts';
import type { Metadata, Provider } from './provider.ts';

/** The client as the step declares it, with every name replaced. */
export interface Registration {
  id: string;
  secret: string | undefined;
  redirectUri: string;
  scope: string;
  parameters: Record<string, string>;
  /** The fields of the login form. */
  fields: Record<string, string>;
  /** The button of a consent form. */
  press: string | undefined;
}

export type Tokens = Record<string, unknown>;

export interface SignedIn {
  tokens: Tokens;
  /** Of the ID token. */
  claims: Record<string, unknown>;
}

/** A client of a provider. Each method ends the step if the provider has a fault. */
export class OauthClient {
  readonly #provider: Provider;
  readonly #metadata: Metadata;
  readonly #registration: Registration;

  constructor(provider: Provider, metadata: Metadata, registration: Registration) {
    this.#provider = provider;
    this.#metadata = metadata;
    this.#registration = registration;
  }

  /** Signs in with authorization code and PKCE (RFC 7636), and verifies the ID token and the user. */
  async signIn(): Promise<SignedIn> {
    const nonce = randomBytes(16).toString('hex');
    const { code, verifier } = await this.#authorize(nonce);
    const tokens = await this.#requestTokens({
      grant_type: 'authorization_code',
      code,
      redirect_uri: this.#registration.redirectUri,
      code_verifier: verifier,
    });
    const claims = await this.#verify(tokens, nonce);
    await this.#checkUserinfo(tokens, claims);
    return { tokens, claims };
  }

  async refresh(tokens: Tokens): Promise<Tokens> {
    const { refresh_token: token } = tokens;
    if (typeof token !== 'string') {
      const why = 'the provider gave no refresh token; is `offline_access` among the scopes, and allowed?';
      return this.#provider.fail(noTokens, why);
    }
    const next = await this.#requestTokens({ grant_type: 'refresh_token', refresh_token: token });
    if (next.id_token !== undefined) await this.#verify(next, undefined);
    return { ...tokens, ...next };
  }

  /** Ends the session (OpenID Connect RP-Initiated Logout 1.0). A request without a login form must then fail. */
  async signOut(tokens: Tokens): Promise<void> {
    const { end_session_endpoint: endpoint } = this.#metadata;
    if (endpoint === undefined) return this.#provider.fail(stillSignedIn, 'discovery lacks end_session_endpoint');
    const { id, redirectUri } = this.#registration;
    const end = new URL(endpoint);
    end.searchParams.set('id_token_hint', String(tokens.id_token));
    end.searchParams.set('client_id', id);
    await browse(this.#provider, end, { until: redirectUri, fields: {}, mayEnd: true });
    const again = this.#buildAuthorizationUrl({
      prompt: 'none',
      state: 'out',
      code_challenge: makePkcePair().challenge,
      code_challenge_method: 'S256',
    });
    const back = await browse(this.#provider, again, { until: redirectUri, fields: {}, mayEnd: true });
    if (back?.searchParams.has('code'))
      this.#provider.fail(stillSignedIn, 'the provider gave a code without a sign-in after the logout');
  }

  /** Submits the login form to get an authorization code. */
  async #authorize(nonce: string): Promise<{ code: string; verifier: string }> {
    const provider = this.#provider;
    const { verifier, challenge } = makePkcePair();
    const state = randomBytes(16).toString('hex');
    const url = this.#buildAuthorizationUrl({
      state,
      nonce,
      code_challenge: challenge,
      code_challenge_method: 'S256',
    });
    const { redirectUri, fields, press } = this.#registration;
    const back = await browse(provider, url, { until: redirectUri, fields, press });
    const answer = back?.searchParams ?? new URLSearchParams();
    const error = answer.get('error');
    if (error !== null) {
      const description = answer.get('error_description') ?? 'no description';
      provider.fail(signInRefused, `the provider answered ${error} (${description})`);
    }
    if (answer.get('state') !== state) provider.fail(unsafeAnswer, '`state` differs from that of the request');
    const issuer = answer.get('iss');
    if (issuer !== null && issuer !== this.#metadata.issuer)
      provider.fail(unsafeAnswer, `\`iss\` is ${issuer}, expected ${this.#metadata.issuer}`);
    const code = answer.get('code');
    if (!code) return provider.fail(signInRefused, 'the provider sent the client no authorization code');
    provider.visit.context.redactor.add(code);
    return { code, verifier };
  }

  #buildAuthorizationUrl(more: Record<string, string>): URL {
    const { id, redirectUri, scope, parameters } = this.#registration;
    const url = new URL(this.#metadata.authorization_endpoint);
    const own = { response_type: 'code', client_id: id, redirect_uri: redirectUri, scope };
    for (const [name, value] of Object.entries({ ...own, ...parameters, ...more })) url.searchParams.set(name, value);
    return url;
  }

  async #requestTokens(grant: Record<string, string>): Promise<Tokens> {
    const provider = this.#provider;
    const { redactor } = provider.visit.context;
    const { id, secret } = this.#registration;
    const body = new URLSearchParams({ ...grant, client_id: id });
    const headers: Record<string, string> = { accept: 'application/json' };
    // RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
    const byHeader = this.#metadata.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
    if (secret !== undefined && byHeader) {
      const encoded = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64');
      redactor.add(encoded);
      headers.authorization = `Basic ${encoded}`;
    } else if (secret !== undefined) body.set('client_secret', secret);
    const source = `the token endpoint (${grant.grant_type})`;
    const url = new URL(this.#metadata.token_endpoint);
    const tokens = await provider.requestJson(noTokens, source, { method: 'POST', url, headers, body });
    for (const key of ['access_token', 'refresh_token', 'id_token']) {
      const token = tokens[key];
      if (typeof token === 'string') redactor.add(token);
    }
    if (typeof tokens.access_token !== 'string') provider.fail(noTokens, `${source} gave no access_token`);
    if (!['bearer', 'dpop'].includes(String(tokens.token_type).toLowerCase()))
      provider.fail(noTokens, `${source} gave the token_type ${String(tokens.token_type)}, expected Bearer`);
    return tokens;
  }

  /** Verifies the ID token, and returns its claims. */
  async #verify(tokens: Tokens, nonce: string | undefined): Promise<Record<string, unknown>> {
    const provider = this.#provider;
    if (typeof tokens.id_token !== 'string')
      return provider.fail(badIdToken, 'the provider gave no ID token; is `openid` among the scopes?');
    const url = new URL(this.#metadata.jwks_uri);
    const { keys } = await provider.requestJson(badIdToken, 'the JWKS', { method: 'GET', url });
    const now = provider.visit.context.clock.now();
    const expected = { issuer: this.#metadata.issuer, client: this.#registration.id, nonce, now };
    const verified = verifyIdToken(tokens.id_token, Array.isArray(keys) ? keys : [], expected);
    return 'claims' in verified ? verified.claims : provider.fail(badIdToken, verified.fault);
  }

  /** Checks that the access token works and belongs to the same user (OpenID Connect Core 1.0, section 5.3.2). */
  async #checkUserinfo(tokens: Tokens, claims: Record<string, unknown>): Promise<void> {
    const { userinfo_endpoint: endpoint } = this.#metadata;
    if (endpoint === undefined) return;
    const headers = { authorization: `Bearer ${String(tokens.access_token)}` };
    const request = { method: 'GET', url: new URL(endpoint), headers } as const;
    const info = await this.#provider.requestJson(noTokens, 'the userinfo endpoint', request);
    if (info.sub !== claims.sub) this.#provider.fail(badIdToken, 'userinfo names another user (sub) than the ID token');
  }
}
