import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  type CertificateFiles,
  expiredCertificate,
  futureCertificate,
  selfSignedCertificate,
} from '../../support/certificate.ts';
import { listen } from '../../support/listen.ts';
import { runGate } from '../../support/run-built.ts';

const cleanups: (() => unknown)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** Serves the certificate that is made; trusted by the gate when its file is in NODE_EXTRA_CA_CERTS. */
async function serveWith(
  make: (folder: string) => Promise<CertificateFiles>,
): Promise<{ url: string; certificateFile: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'release-gates-tls-'));
  cleanups.push(() => rmSync(folder, { recursive: true, force: true }));
  const { certificateFile, certificate, keyFile } = await make(folder);
  const server = createTlsServer({ cert: certificate, key: readFileSync(keyFile) }, (_, response) => response.end());
  cleanups.push(() => server.close());
  return { url: await listen(server, 'https', 'localhost'), certificateFile };
}

const forThisMachine = (folder: string) => selfSignedCertificate(folder);
const forAnotherName = (folder: string) => selfSignedCertificate(folder, 'DNS:other.example.com');

function probe(url: string, env: Record<string, string> = {}) {
  return runGate('probe', { with: { url, consecutive: '1', for: '0s', deadline: '1ms' }, env });
}

describe('a certificate', () => {
  test('that users trust is trusted', async () => {
    const { url, certificateFile } = await serveWith(forThisMachine);
    expect((await probe(url, { NODE_EXTRA_CA_CERTS: certificateFile })).outputs.verdict).toBe('passed');
  });

  test.each([
    ['signed by itself', forThisMachine, false, 'certificate-self-signed', 'self-signed certificate'],
    ['expired', expiredCertificate, true, 'certificate-expired', 'certificate has expired'],
    ['not valid yet', futureCertificate, true, 'certificate-not-yet-valid', 'certificate is not yet valid'],
    ['for another name', forAnotherName, true, 'certificate-wrong-name', "is not in the cert's altnames"],
  ])('is refused when it is %s', async (_, make, trusted, code, message) => {
    const { url, certificateFile } = await serveWith(make);
    const result = await probe(url, trusted ? { NODE_EXTRA_CA_CERTS: certificateFile } : {});
    expect(result.outputs.verdict).toBe('failed');
    expect(result.findings).toMatchObject([{ code: `network/${code}`, message: expect.stringContaining(message) }]);
    expect(result.findings[0]?.message).not.toContain('--use-system-ca');
  });
});

test('plain HTTP on the port of HTTPS is reported as such', async () => {
  const server = createServer((_, response) => response.end());
  cleanups.push(() => server.close());
  const { findings } = await probe(await listen(server, 'https'));
  expect(findings).toMatchObject([
    {
      code: 'network/tls-failed',
      message: expect.stringMatching(/gave no answer: wrong version number\. The gate gave up/),
    },
  ]);
});

test('HTTPS on the port of plain HTTP is reported as such', async () => {
  const { url } = await serveWith(forThisMachine);
  const { findings } = await probe(url.replace('https:', 'http:'));
  // A machine without a network adds that it has none.
  expect(findings[0]?.code).toMatch(/^network\/(connection-lost|malformed-answer)$/);
});
