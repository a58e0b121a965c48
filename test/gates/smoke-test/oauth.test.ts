import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Provider } from 'oidc-provider';
import { testContext } from '../../support/context.ts';
import { seenIn, serve, smoke } from './support.ts';

const redirectUri = 'https://app.example.com/callback';
const secret = 'a made-up client secret, for tests only';

let server: Server;
let issuer: string;
beforeAll(async () => {
  // The provider reminds of what only a server in production needs.
  for (const method of ['warn', 'info'] as const) jest.spyOn(console, method).mockImplementation(() => {});
  server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.on('request', providerAt(issuer).callback());
});
afterAll(async () => {
  server.close();
  server.closeAllConnections();
  await once(server, 'close');
});

function providerAt(url: string): Provider {
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' });
  const client = { redirect_uris: [redirectUri], grant_types: ['authorization_code', 'refresh_token'] };
  const provider = new Provider(url, {
    clients: [
      { ...client, client_id: 'web', client_secret: secret },
      { ...client, client_id: 'app', token_endpoint_auth_method: 'none' },
    ],
    cookies: { keys: ['a made-up key of cookies'] },
    jwks: { keys: [{ ...key, use: 'sig', alg: 'RS256' }] },
    claims: { openid: ['sub'], email: ['email'] },
    scopes: ['openid', 'offline_access', 'email'],
    conformIdTokenClaims: false,
    findAccount: (_context, id) => ({ accountId: id, claims: () => ({ sub: id, email: `${id}@example.com` }) }),
    issueRefreshToken: () => true,
  });
  return provider;
}

const step = (more: string, at = issuer) => `flows:
  sign-in:
    boundary: identity
    steps:
      - oauth: ${at}
        redirect-uri: ${redirectUri}
        scopes: [openid, email, offline_access]
        parameters: { prompt: consent }
        sign-in: { login: smoke, password: made up }
${more.replace(/^/gm, '        ')}`;

/** Row G9 of the operators' checklist. */
describe('a sign-in by OpenID Connect, on a real provider', () => {
  test('ends with tokens that can be used, refreshed and signed out (G9)', async () => {
    const context = testContext({ variables: { CLIENT_SECRET: secret } });
    const report = await smoke(
      issuer,
      step(`client: web
client-secret: "\${CLIENT_SECRET}"
claims: { sub: smoke, email: smoke@example.com }
refresh: true
logout: true
capture: { token: $.access_token, id-token: $.id_token, subject: $.claims.sub }`),
      context,
    );
    expect(seenIn(report)).toEqual([]);
    expect(report.taken[0]?.detail).toMatch(/^signed in, refreshed, signed out in /);
  });

  test('of a public client needs no secret, and masks its tokens', async () => {
    const context = testContext();
    const section = `${step('client: app\ncapture: { token: $.access_token }')}
      - { get: /me, bearer: "\${token}", expect: { json: { email: smoke@example.com } }, capture: { seen: $.email } }
      - { post: "/nothing", json: { token: "\${token}" } }`;
    const report = await smoke(issuer, section, context);
    expect(seenIn(report)).toEqual([expect.stringContaining('answer/wrong-status')]);
    expect(context.logged.join('\n')).not.toMatch(/"token":"(?!\*)/);
  });

  test.each([
    ['an unknown client', 'client: nobody', 'oauth/sign-in-refused', 'client is invalid'],
    ['a wrong secret', 'client: web\nclient-secret: wrong', 'oauth/no-tokens', 'invalid_client'],
    [
      'other claims',
      'client: app\nclaims: { email: other@example.com }',
      'oauth/bad-id-token',
      'expected "other@example.com"',
    ],
  ])('fails with %s', async (_what, more, code, message) => {
    const report = await smoke(issuer, step(more));
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
    expect(seenIn(report)[0]).toContain(`${code} at 8: sign-in, step 1`);
  });

  test('fails with a field that the login form does not have', async () => {
    const section = step('client: app').replace('{ login: smoke, password: made up }', '{ username: smoke }');
    const report = await smoke(issuer, section);
    expect(report.verdict).toBe('error');
    expect(seenIn(report)).toEqual([
      expect.stringMatching(/oauth\/unknown-fields.*its form has the fields prompt, login, password/),
    ]);
  });

  test('shows no token, even of an unexpected answer', async () => {
    const odd = await serve((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost');
      const json = (status: number, value: object) => response.writeHead(status).end(JSON.stringify(value));
      const at = (path: string) => `${odd.url}${path}`;
      if (pathname.startsWith('/.well-known'))
        json(200, {
          issuer: odd.url,
          authorization_endpoint: at('/go'),
          token_endpoint: at('/token'),
          jwks_uri: odd.url,
        });
      else if (pathname === '/go') {
        const back = `${redirectUri}?code=made-up-code&state=${searchParams.get('state')}`;
        response.writeHead(302, { location: back }).end();
      } else json(201, { access_token: 'opaque-0123456789' });
    });
    const report = await smoke(issuer, step('client: app', odd.url));
    await odd.stop();
    expect(seenIn(report)).toEqual([expect.stringContaining('answered 201: {"access_token":"***"}')]);
  });

  test('reads a page with invalid characters', async () => {
    const odd = await serve((request, response) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      const at = (path: string) => `${odd.url}${path}`;
      const document = {
        issuer: odd.url,
        authorization_endpoint: at('/go'),
        token_endpoint: at('/'),
        jwks_uri: odd.url,
      };
      if (pathname.startsWith('/.well-known')) response.end(JSON.stringify(document));
      else {
        response.setHeader('content-type', 'text/html');
        response.end('<form><input name="&#99999999;" value="&#x110000;&#65;"></form>');
      }
    });
    const report = await smoke(issuer, step('client: app', odd.url));
    await odd.stop();
    expect(seenIn(report)).toEqual([expect.stringContaining('oauth/sign-in-refused')]);
  });

  test('fails if the issuer differs from the declared one', async () => {
    const other = await serve((request, response) => {
      fetch(`${issuer}${request.url}`).then(async answer => {
        response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
      });
    });
    try {
      const report = await smoke(issuer, step('client: app', other.url));
      expect(seenIn(report)).toEqual([expect.stringMatching(/oauth\/bad-discovery.*names the issuer/)]);
    } finally {
      await other.stop();
    }
  });
});

/** A provider whose pages are these, by path. A page without a status answers 200. */
async function serveProvider(
  pages: (at: string) => Record<string, { status?: number; body?: string; location?: string }>,
) {
  const provider = await serve((request, response) => {
    const { pathname } = new URL(request.url ?? '/', 'http://localhost');
    const at = provider.url;
    if (pathname.startsWith('/.well-known')) {
      const document = {
        issuer: at,
        authorization_endpoint: `${at}/go`,
        token_endpoint: `${at}/token`,
        jwks_uri: `${at}/keys`,
      };
      response.end(JSON.stringify(document));
      return;
    }
    const { status = 200, body = '', location } = pages(at)[pathname] ?? { status: 404 };
    response.writeHead(status, { 'content-type': 'text/html', ...(location !== undefined && { location }) }).end(body);
  });
  return provider;
}

describe('nothing leaves for an origin that the flow does not declare', () => {
  const signIn = (action: string) =>
    `<form method="post" action="${action}"><input name="login"><input name="password" type="password"></form>`;

  test.each([
    [
      'the form of an error page, such as that of Django',
      502,
      (url: string) => `<form method="post" action="${url}/paste"><input type="hidden" name="trace" value="x"></form>`,
      'oauth/sign-in-refused',
      'with 502',
    ],
    ['a sign-in form', 200, (url: string) => signIn(`${url}/steal`), 'smoke/undeclared-origin', 'posts to'],
    [
      'a search form',
      200,
      (_url: string) => '<form method="post" action="/search"><input name="q"></form>',
      'oauth/sign-in-refused',
      'with 200',
    ],
  ])('%s is not sent', async (_what, status, body, code, says) => {
    const foreign = await serve((_request, response) => void response.end());
    const odd = await serveProvider(() => ({ '/go': { status, body: body(foreign.url) } }));
    const report = await smoke(odd.url, step('client: app', odd.url));
    await Promise.all([odd.stop(), foreign.stop()]);
    expect(report.verdict).toBe('failed');
    expect(seenIn(report)).toEqual([expect.stringContaining(code)]);
    expect(seenIn(report)[0]).toContain(says);
    expect(foreign.asked).toEqual([]);
    expect(odd.asked.filter(line => line.startsWith('POST'))).toEqual([]);
  });

  test('a redirect to data: is not followed', async () => {
    const odd = await serveProvider(() => ({ '/go': { status: 302, location: 'data:text/html,hi' } }));
    const report = await smoke(odd.url, step('client: app', odd.url));
    await odd.stop();
    expect(seenIn(report)).toEqual([
      expect.stringMatching(/smoke\/undeclared-origin.*redirects to an address that begins with data:,/),
    ]);
  });

  test('a redirect is not followed', async () => {
    const foreign = await serve((_request, response) => void response.end());
    const odd = await serveProvider(() => ({ '/go': { status: 302, location: `${foreign.url}/?code=made-up` } }));
    const report = await smoke(odd.url, step('client: app', odd.url));
    await Promise.all([odd.stop(), foreign.stop()]);
    expect(seenIn(report)).toEqual([expect.stringMatching(/smoke\/undeclared-origin.*redirects to http/)]);
    expect(foreign.asked).toEqual([]);
  });

  test('a declared origin may take the sign-in', async () => {
    const login = await serve((_request, response) => {
      response.writeHead(302, { location: `${redirectUri}?error=access_denied&error_description=made+up` }).end();
    });
    const odd = await serveProvider(() => ({ '/go': { body: signIn(`${login.url}/login`) } }));
    const report = await smoke(odd.url, step(`client: app\norigins: ["${login.url}"]`, odd.url));
    await Promise.all([odd.stop(), login.stop()]);
    expect(seenIn(report)).toEqual([expect.stringContaining('access_denied')]);
    expect(login.asked).toEqual(['POST /login']);
  });

  test('the redirect URI is compared as a whole, not as a prefix', async () => {
    const odd = await serveProvider(() => ({
      '/go': { status: 302, location: `${redirectUri}-of-another?code=made-up` },
    }));
    const report = await smoke(odd.url, step('client: app', odd.url));
    await odd.stop();
    expect(seenIn(report)).toEqual([expect.stringContaining('smoke/undeclared-origin')]);
  });

  const consent = `<form method="post" action="/consent"><input type="hidden" name="csrf" value="x">
<button name="decision" value="no">Cancel</button><button name="allow" value="Authorize"> Yes, <b>allow</b> </button></form>`;

  test.each([
    ['', 'decision=no'],
    ['press: allow', 'allow=Authorize'],
    ['press: Yes, allow', 'allow=Authorize'],
    ['press: decision=no', 'decision=no'],
    ['press: Accept', undefined],
  ])('the button of a consent form is chosen by "%s"', async (press, sent) => {
    const bodies: string[] = [];
    const odd = await serveProvider(() => ({
      '/go': { body: consent },
      '/consent': { status: 303, location: `${redirectUri}?error=access_denied` },
    }));
    odd.server.on('request', request => request.on('data', chunk => bodies.push(String(chunk))));
    const report = await smoke(odd.url, step(`client: app\n${press}`, odd.url));
    await odd.stop();
    expect(bodies).toEqual(sent === undefined ? [] : [`csrf=x&${sent}`]);
    expect(report.verdict).toBe(sent === undefined ? 'error' : 'failed');
    if (sent === undefined)
      expect(seenIn(report)).toEqual([
        expect.stringMatching(/oauth\/no-such-button.*no button Accept; it has Cancel, Yes, allow/),
      ]);
  });

  test('a sign-in on two pages, first the name, is filled in', async () => {
    const odd = await serveProvider(() => ({
      '/go': {
        body: '<form method="get"><input name="q"></form><form method="post" action="/password"><input name="login"></form>',
      },
      '/password': { body: signIn('/done') },
      '/done': { status: 303, location: `${redirectUri}?error=access_denied` },
    }));
    const report = await smoke(odd.url, step('client: app', odd.url));
    await odd.stop();
    expect(seenIn(report)).toEqual([expect.stringContaining('access_denied')]);
  });
});
