import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { inspectTls } from '../../src/clients/tls.ts';
import { edgeSchema } from '../../src/config/schema/preflight/edge.ts';
import { tlsProbeSchema } from '../../src/config/schema/probe/tls.ts';
import { checkTls } from '../../src/expectations/tls.ts';
import { certificate } from '../../src/gates/preflight/edge/certificate.ts';
import { checkAnswerTls } from '../../src/gates/smoke-test/answer/tls.ts';
import { probeTls } from '../../src/readiness/probers/tls.ts';
import { unreadableCertificate } from '../support/certificate.ts';
import { testContext } from '../support/context.ts';

describe('a certificate with an unreadable expiry', () => {
  let folder: string;
  let server: Server;
  let port: number;
  const host = '127.0.0.1';
  const context = testContext();
  const { clock, signal } = context;
  const boundary = 'delivery';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'unreadable-certificate-'));
    const { certificate, keyFile } = await unreadableCertificate(folder);
    server = createServer({ cert: certificate, key: await readFile(keyFile) }, socket => {
      socket.on('error', () => {}).end();
    });
    server.on('tlsClientError', () => {});
    await once(server.listen(0, host), 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterAll(async () => {
    server.close();
    await rm(folder, { recursive: true });
  });

  test('is refused by the edge', async () => {
    const edge = edgeSchema.parse({ host, port, certificate: {} });
    const check = certificate.plan({ edge, place: { path: 'release-gates.yml' } }, context);
    const outcome = await check?.(signal);
    expect(outcome).toMatchObject({ verdict: 'failed', findings: [{ code: 'network/bad-certificate' }] });
    expect(outcome?.detail).toContain('until no date');
  });

  test('is refused by a probe', async () => {
    const probe = tlsProbeSchema.parse({ tls: `${host}:${port}` });
    const attempt = await probeTls(probe, { boundary })(context);
    expect(attempt.findings).toMatchObject([{ code: 'network/bad-certificate' }]);
    expect(attempt.detail).toContain('valid until no date');
  });

  test('fails a step, even without `valid-for`', async () => {
    const about = { target: 'a, step 1', redact: (text: string) => text, where: { boundary } as const };
    const url = new URL(`https://${host}:${port}/`);
    expect(await checkAnswerTls({ 'valid-for': '1d' }, url, about, context)).toMatchObject([
      { code: 'answer/weak-tls', message: 'a, step 1: the end of the validity of the certificate cannot be read.' },
    ]);
    expect(await checkAnswerTls({}, url, about, context)).toHaveLength(1);
  });

  test('is rejected even if it is trusted', async () => {
    const seen = { ...(await inspectTls({ host, port, timeout: 5000, signal })), distrust: undefined };
    const about = { target: 'TLS x', now: clock.now(), where: { boundary } as const };
    expect(checkTls(seen, { days: 0, version: 'TLSv1.2' }, about)).toMatchObject([
      { code: 'network/bad-certificate', message: 'TLS x: the end of the validity of the certificate cannot be read.' },
    ]);
  });
});
