import { randomBytes } from 'node:crypto';
import type { OauthStep } from '../../../config/schema/smoke/oauth.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { findDifferences } from '../../../expectations/json.ts';
import { capture } from '../captures/captures.ts';
import { pkcePair } from '../generate.ts';
import type { Step } from '../plan/model.ts';
import { findingsOfLatency } from '../steps/messages.ts';
import type { Visit } from '../visit.ts';
import { browse } from './browser.ts';
import { badIdToken, noTokens, signInRefused, stillSignedIn, unsafeAnswer } from './findings.ts';
import { verifyIdToken } from './id-token.ts';
import { type Provider, ProviderClient } from './provider.ts';

/** A client as the step declares it, with every name replaced. */
interface Client {
  id: string;
  secret: string | undefined;
  redirectUri: string;
  scope: string;
  parameters: Record<string, string>;
  fields: Record<string, string>;
}

type Tokens = Record<string, unknown>;

/**
 * A whole sign-in: authorization code with PKCE (RFC 7636), tokens, ID token against the JWKS, and what else is asked
 * for.
 */
export async function runOauthStep(declared: OauthStep, step: Step, visit: Visit): Promise<Outcome> {
  const { scope } = visit;
  const about = visit.about(step);
  const started = performance.now();
  const provider = new ProviderClient({ ...step, declared }, visit);
  const client: Client = {
    id: scope.text(declared.client),
    secret: declared['client-secret'] === undefined ? undefined : scope.text(declared['client-secret']),
    redirectUri: scope.text(declared['redirect-uri']),
    scope: declared.scopes.join(' '),
    parameters: scope.texts(declared.parameters),
    fields: scope.texts(declared['sign-in']),
  };
  for (const [name, value] of Object.entries(client.fields)) if (/pass/i.test(name)) visit.context.redactor.add(value);
  const metadata = await provider.discover(visit.addressOf(step, declared.oauth));
  const nonce = randomBytes(16).toString('hex');
  const { code, verifier } = await authorize(provider, metadata, client, nonce);
  const exchange = {
    grant_type: 'authorization_code',
    code,
    redirect_uri: client.redirectUri,
    code_verifier: verifier,
  };
  let tokens = await tokensFor(provider, metadata, client, exchange, visit);
  const claims = await claimsOf(tokens, provider, metadata, client, nonce);
  const done = ['signed in'];
  if (metadata.userinfo_endpoint !== undefined)
    await checkUserinfo(metadata.userinfo_endpoint, tokens, claims, provider);
  if (declared.refresh) {
    tokens = await refreshed(tokens, provider, metadata, client, visit);
    done.push('refreshed');
  }
  const took = performance.now() - started;
  const differences =
    declared.claims === undefined ? [] : findDifferences(scope.value(declared.claims), claims, about.redact);
  if (differences.length > 0) provider.fail(badIdToken, `its claims are others: ${differences.join('; ')}`);
  if (declared.logout) {
    await signOut(provider, metadata, client, tokens);
    done.push('signed out');
  }
  const value = { ...tokens, claims };
  const source = { json: () => ({ value }), text: () => JSON.stringify(value) };
  const findings = [
    ...findingsOfLatency(took, declared.within, about),
    ...(await capture(declared.capture, source, visit, about)),
  ];
  return concludeFrom(findings, `${done.join(', ')} in ${formatDuration(took)}`);
}

/** Through the login form to an authorization code. */
async function authorize(provider: ProviderClient, metadata: Provider, client: Client, nonce: string) {
  const { verifier, challenge } = pkcePair();
  const state = randomBytes(16).toString('hex');
  const url = authorizationUrl(metadata, client, {
    state,
    nonce,
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const back = await browse(provider, url, { until: client.redirectUri, fields: client.fields });
  const answer = back?.searchParams ?? new URLSearchParams();
  const error = answer.get('error');
  if (error !== null)
    provider.fail(
      signInRefused,
      `the provider answered ${error} (${answer.get('error_description') ?? 'no description'})`,
    );
  if (answer.get('state') !== state) provider.fail(unsafeAnswer, '`state` is not the one of the request');
  const issuer = answer.get('iss');
  if (issuer !== null && issuer !== metadata.issuer)
    provider.fail(unsafeAnswer, `\`iss\` is ${issuer}, expected ${metadata.issuer}`);
  const code = answer.get('code');
  if (!code) return provider.fail(signInRefused, 'the client was sent no authorization code');
  provider.visit.context.redactor.add(code);
  return { code, verifier };
}

function authorizationUrl(metadata: Provider, client: Client, more: Record<string, string>): URL {
  const url = new URL(metadata.authorization_endpoint);
  const parameters = {
    response_type: 'code',
    client_id: client.id,
    redirect_uri: client.redirectUri,
    scope: client.scope,
  };
  for (const [name, value] of Object.entries({ ...parameters, ...client.parameters, ...more }))
    url.searchParams.set(name, value);
  return url;
}

async function tokensFor(
  provider: ProviderClient,
  metadata: Provider,
  client: Client,
  grant: Record<string, string>,
  { context }: Visit,
): Promise<Tokens> {
  const { id, secret } = client;
  const body = new URLSearchParams({ ...grant, client_id: id });
  const headers: Record<string, string> = { accept: 'application/json' };
  // RFC 6749, section 2.3.1: both halves are form-encoded before they are joined.
  const byHeader = metadata.token_endpoint_auth_methods_supported?.includes('client_secret_basic') ?? true;
  if (secret !== undefined && byHeader) {
    const encoded = Buffer.from(`${encodeURIComponent(id)}:${encodeURIComponent(secret)}`).toString('base64');
    context.redactor.add(encoded);
    headers.authorization = `Basic ${encoded}`;
  } else if (secret !== undefined) body.set('client_secret', secret);
  const what = `the token endpoint (${grant.grant_type})`;
  const tokens = await provider.json(noTokens, what, 'POST', new URL(metadata.token_endpoint), headers, body);
  for (const key of ['access_token', 'refresh_token', 'id_token']) {
    const token = tokens[key];
    if (typeof token === 'string') context.redactor.add(token);
  }
  if (typeof tokens.access_token !== 'string') provider.fail(noTokens, `${what} gave no access_token`);
  if (String(tokens.token_type).toLowerCase() !== 'bearer' && String(tokens.token_type).toLowerCase() !== 'dpop') {
    provider.fail(noTokens, `${what} gave the token_type ${String(tokens.token_type)}, expected Bearer`);
  }
  return tokens;
}

async function claimsOf(
  tokens: Tokens,
  provider: ProviderClient,
  metadata: Provider,
  client: Client,
  nonce: string | undefined,
) {
  if (typeof tokens.id_token !== 'string')
    return provider.fail(badIdToken, 'there is no ID token; is `openid` among the scopes?');
  const { keys } = await provider.json(badIdToken, 'the JWKS', 'GET', new URL(metadata.jwks_uri));
  const now = provider.visit.context.clock.now();
  const expected = { issuer: metadata.issuer, client: client.id, nonce, now };
  const verified = verifyIdToken(tokens.id_token, Array.isArray(keys) ? keys : [], expected);
  return 'claims' in verified ? verified.claims : provider.fail(badIdToken, verified.fault);
}

/** The access token works, and is for the same person (OpenID Connect Core 1.0, section 5.3.2). */
async function checkUserinfo(
  endpoint: string,
  tokens: Tokens,
  claims: Record<string, unknown>,
  provider: ProviderClient,
): Promise<void> {
  const headers = { authorization: `Bearer ${String(tokens.access_token)}` };
  const info = await provider.json(noTokens, 'the userinfo endpoint', 'GET', new URL(endpoint), headers);
  if (info.sub !== claims.sub) provider.fail(badIdToken, 'userinfo speaks of another person (sub) than the ID token');
}

async function refreshed(
  tokens: Tokens,
  provider: ProviderClient,
  metadata: Provider,
  client: Client,
  visit: Visit,
): Promise<Tokens> {
  const { refresh_token: token } = tokens;
  if (typeof token !== 'string')
    return provider.fail(noTokens, 'there is no refresh token; is `offline_access` among the scopes, and allowed?');
  const next = await tokensFor(
    provider,
    metadata,
    client,
    { grant_type: 'refresh_token', refresh_token: token },
    visit,
  );
  if (next.id_token !== undefined) await claimsOf(next, provider, metadata, client, undefined);
  return { ...tokens, ...next };
}

/** Ends the session (OpenID Connect RP-Initiated Logout 1.0), then asks without a login form: that must be refused. */
async function signOut(provider: ProviderClient, metadata: Provider, client: Client, tokens: Tokens): Promise<void> {
  if (metadata.end_session_endpoint === undefined)
    provider.fail(stillSignedIn, 'discovery has no end_session_endpoint');
  const end = new URL(metadata.end_session_endpoint ?? metadata.issuer);
  end.searchParams.set('id_token_hint', String(tokens.id_token));
  end.searchParams.set('client_id', client.id);
  await browse(provider, end, { until: client.redirectUri, fields: {}, mayEnd: true });
  const { challenge } = pkcePair();
  const again = authorizationUrl(metadata, client, {
    prompt: 'none',
    state: 'out',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  });
  const back = await browse(provider, again, { until: client.redirectUri, fields: {}, mayEnd: true });
  if (back?.searchParams.has('code'))
    provider.fail(stillSignedIn, 'a code was given without a sign-in after the logout');
}
