import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface CertificateFiles {
  certificateFile: string;
  keyFile: string;
  /** The certificate in PEM, which is its own authority. */
  certificate: string;
}

/** Writes a key and a certificate for localhost, signed by itself, valid for `days` (default 2), into a folder. */
export async function selfSignedCertificate(folder: string, days = 2): Promise<CertificateFiles> {
  const certificateFile = join(folder, 'server.crt');
  const keyFile = join(folder, 'server.key');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  const output = ['-days', String(days), '-keyout', keyFile, '-out', certificateFile];
  await promisify(execFile)('openssl', [...request, ...subject, ...output]);
  return { certificateFile, keyFile, certificate: await readFile(certificateFile, 'utf8') };
}
