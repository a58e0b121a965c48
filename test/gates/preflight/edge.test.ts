import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { WebSocketServer } from 'ws';
import { checkHttpsRedirect } from '../../../src/gates/preflight/edge/https.ts';
import { selfSignedCertificate } from '../../support/certificate.ts';
import { onCleanUp } from '../../support/clean-up.ts';
import { startDns, type Zone } from '../../support/dns-server.ts';
import { listen, stopServer } from '../../support/listen.ts';
import { runGate } from '../../support/run-built.ts';
import { codes, run, seen } from './support.ts';

describe('[P7] DNS', () => {
  async function resolver(zone: Zone, options: { silent?: boolean; after?: number } = {}): Promise<string> {
    const dns = await startDns(zone, options);
    onCleanUp(() => dns.stop());
    return dns.address;
  }
  const good: Zone = {
    'api.example.com': ['CNAME pm-backend.fly.dev', 'A 192.0.2.1'],
    'example.com': ['CAA issue letsencrypt.org'],
    com: [],
  };
  const ask = (wanted: string, ...resolvers: string[]) =>
    run(`edge: { api: { host: api.example.com, ${wanted}, resolvers: ${JSON.stringify(resolvers)} } }`);

  test('leads to the platform, says every resolver, and lets its authority issue', async () => {
    const resolvers = [await resolver(good), await resolver(good)];
    const report = await ask('cname: pm-backend.fly.dev, addresses: [192.0.2.1], caa: letsencrypt.org', ...resolvers);
    expect(seen(report)).toBe('');
    expect(report.checks[0]?.detail).toBe('pm-backend.fly.dev, 192.0.2.1, from 2 resolvers');
  });

  test('leads to the platform with the addresses of its host, as an apex must, and CAA is read in any case', async () => {
    const flattened: Zone = {
      'api.example.com': ['A 192.0.2.1'],
      'pm-backend.fly.dev': ['A 192.0.2.1', 'A 192.0.2.2'],
      'example.com': ['CAA issue LetsEncrypt.org'],
      com: [],
    };
    const report = await ask('cname: pm-backend.fly.dev, caa: letsencrypt.org', await resolver(flattened));
    expect(seen(report)).toBe('');
    const elsewhere = { ...flattened, 'api.example.com': ['A 192.0.2.9'] };
    expect(codes(await ask('cname: pm-backend.fly.dev', await resolver(elsewhere)))).toEqual([
      'error network/wrong-dns-record',
    ]);
  });

  test.each<[string, Zone, string, string, string]>([
    [
      'to another platform',
      good,
      'cname: pm.vercel-dns.com',
      'network/wrong-dns-record',
      'is a CNAME of pm-backend.fly.dev, expected pm.vercel-dns.com',
    ],
    [
      'to no CNAME',
      { 'api.example.com': ['A 192.0.2.1'] },
      'cname: x.fly.dev',
      'network/wrong-dns-record',
      'is not a CNAME',
    ],
    [
      'to another address',
      good,
      'addresses: [192.0.2.9]',
      'network/wrong-dns-record',
      'has 192.0.2.1, expected 192.0.2.9 too',
    ],
    ['to nothing', { 'api.example.com': [] }, 'addresses: []', 'network/wrong-dns-record', 'has no address'],
    [
      'to a host whose CAA forbids',
      good,
      'caa: pki.goog',
      'network/caa-forbids',
      'The CAA records of example.com allow letsencrypt.org, but not pki.goog',
    ],
  ])('does not lead there: %s', async (_, zone, wanted, code, words) => {
    const report = await ask(wanted, await resolver(zone));
    expect(codes(report)).toEqual([`error ${code}`]);
    expect(seen(report)).toContain(words);
  });

  test('of a name server that is silent is not known; of one that is slow it is warned', async () => {
    const silent = await ask('addresses: []', await resolver(good, { silent: true }));
    expect([silent.verdict, codes(silent)]).toEqual(['error', ['error network/dns-silent']]);
    const slow = await ask('addresses: []', await resolver(good, { after: 1200 }));
    expect([slow.verdict, codes(slow)]).toEqual(['passed', ['warning network/dns-slow']]);
  });

  test('that differs between resolvers is reported as such; some of many addresses are not', async () => {
    const moved = await resolver({ 'api.example.com': ['CNAME old.example.net', 'A 192.0.2.1'] });
    const report = await ask('addresses: []', await resolver(good), moved);
    expect(codes(report)).toEqual(['error network/resolvers-differ']);
    const some = await resolver({ 'api.example.com': ['A 192.0.2.1', 'A 192.0.2.2'] });
    const others = await resolver({ 'api.example.com': ['A 192.0.2.2', 'A 192.0.2.3'] });
    expect((await ask('addresses: []', some, others)).verdict).toBe('passed');
  });

  test('without the host is an error', async () => {
    expect(codes(await ask('addresses: []', await resolver({})))).toEqual(['error network/unknown-host']);
  });
});

describe('plain HTTP', () => {
  async function redirecting(handler: RequestListener) {
    const server = createServer(handler);
    onCleanUp(() => stopServer(server));
    const { port } = new URL(await listen(server));
    return checkHttpsRedirect(`http://127.0.0.1:${port}/`, { path: 'c.yml' }, new AbortController().signal);
  }

  test('leads to HTTPS on the same host', async () => {
    const outcome = await redirecting((_, response) =>
      response.writeHead(308, { location: 'https://127.0.0.1/' }).end(),
    );
    expect(outcome).toMatchObject({ verdict: 'passed', findings: [] });
  });

  test.each<[string, RequestListener]>([
    ['answers itself', (_, response) => response.end()],
    ['leads to another host', (_, response) => response.writeHead(301, { location: 'https://example.com/' }).end()],
    ['leads to plain HTTP', (_, response) => response.writeHead(301, { location: 'http://127.0.0.1/' }).end()],
  ])('that %s is found', async (_, handler) => {
    expect(await redirecting(handler)).toMatchObject({
      verdict: 'failed',
      findings: [{ code: 'network/no-https-redirect' }],
    });
  });
});

describe('[P7] [P8] over HTTPS', () => {
  async function secure(handler: RequestListener, upgrades: boolean) {
    const folder = mkdtempSync(join(tmpdir(), 'release-gates-edge-'));
    onCleanUp(() => rmSync(folder, { recursive: true, force: true }));
    const { certificate, certificateFile, keyFile } = await selfSignedCertificate(folder);
    const server = createTlsServer({ cert: certificate, key: readFileSync(keyFile) }, handler);
    const sockets = upgrades ? new WebSocketServer({ server, path: '/ws' }) : undefined;
    onCleanUp(() => {
      sockets?.close();
      server.closeAllConnections();
      server.close();
    });
    const { port } = new URL(await listen(server, 'https', 'localhost'));
    return (wanted: string) =>
      runGate('preflight', {
        config: `preflight: { edge: { api: { host: localhost, port: ${port}, ${wanted} } } }`,
        env: { NODE_EXTRA_CA_CERTS: certificateFile },
      });
  }
  const found = (result: Awaited<ReturnType<typeof runGate>>) =>
    result.findings
      .map(({ code }) => code)
      .filter(code => code !== 'network/wrong-dns-record' && code !== 'network/unknown-host');

  test('the certificate, HSTS and the WebSocket are as wanted', async () => {
    const ask = await secure(
      (_, response) => response.writeHead(200, { 'strict-transport-security': 'max-age=31536000' }).end(),
      true,
    );
    expect(found(await ask('certificate: { valid-for: 1d }, hsts: 180d, websocket: /ws'))).toEqual([]);
  });

  test('each of them is found when it is not', async () => {
    const ask = await secure(
      (_, response) => response.writeHead(200, { age: '30', 'strict-transport-security': 'max-age=60' }).end(),
      false,
    );
    const result = await ask('certificate: { valid-for: 30d }, hsts: 180d, websocket: /ws');
    expect(found(result)).toEqual([
      'network/certificate-expires-soon',
      'network/weak-hsts',
      'probe/no-websocket-upgrade',
      'network/websocket-path-cached',
    ]);
    expect(result.log).toContain('asks for HTTPS only for 1 min, expected at least 180 days.');
    expect(result.log).toContain('edge.api.websocket — refuses with 200');
  });
});
