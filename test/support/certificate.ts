import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface CertificateFiles {
  certificateFile: string;
  keyFile: string;
  /** The certificate in PEM, which is its own authority. */
  certificate: string;
}

const openssl = promisify(execFile);

/**
 * Writes a key and a certificate, signed by itself, into a folder; `names` are those it is for (default: this machine).
 */
export async function selfSignedCertificate(
  folder: string,
  names = 'DNS:localhost,IP:127.0.0.1',
): Promise<CertificateFiles> {
  const certificateFile = join(folder, 'server.crt');
  const keyFile = join(folder, 'server.key');
  const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '2'];
  const subject = ['-subj', '/CN=localhost', '-addext', `subjectAltName=${names}`];
  await openssl('openssl', [...request, ...subject, '-keyout', keyFile, '-out', certificateFile]);
  return { certificateFile, keyFile, certificate: await readFile(certificateFile, 'utf8') };
}

/** The same, out of date since yesterday. */
export async function expiredCertificate(folder: string): Promise<CertificateFiles> {
  const { certificateFile, keyFile } = await selfSignedCertificate(folder);
  const expiredFile = join(folder, 'expired.crt');
  await openssl('openssl', ['x509', '-in', certificateFile, '-signkey', keyFile, '-days', '-1', '-out', expiredFile]);
  return { certificateFile: expiredFile, keyFile, certificate: await readFile(expiredFile, 'utf8') };
}

/** The same, good only from tomorrow on. Older versions of openssl set a beginning as an authority only. */
export async function futureCertificate(folder: string): Promise<CertificateFiles> {
  const { keyFile } = await selfSignedCertificate(folder);
  const [request, authority, certificateFile] = ['future.csr', 'authority.cnf', 'future.crt'].map(name =>
    join(folder, name),
  ) as [string, string, string];
  const index = join(folder, 'index.txt');
  await writeFile(index, '');
  await writeFile(
    authority,
    `[ca]\ndefault_ca = this\n[this]\ndatabase = ${index}\nnew_certs_dir = ${folder}\nrand_serial = yes\ndefault_md = sha256
policy = any\nx509_extensions = names\n[any]\ncommonName = supplied\n[names]\nsubjectAltName = DNS:localhost,IP:127.0.0.1\n`,
  );
  const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().replace(/[-:T]|\.\d+/g, '');
  await openssl('openssl', ['req', '-new', '-key', keyFile, '-subj', '/CN=localhost', '-out', request]);
  const dates = ['-startdate', inDays(1), '-enddate', inDays(3)];
  const files = ['-config', authority, '-keyfile', keyFile, '-in', request, '-out', certificateFile];
  await openssl('openssl', ['ca', '-batch', '-selfsign', '-notext', ...dates, ...files]);
  return { certificateFile, keyFile, certificate: await readFile(certificateFile, 'utf8') };
}

/** The same, with a thirteenth month for its end, which no one can read. The server does not mind. */
export async function unreadableCertificate(folder: string): Promise<CertificateFiles> {
  const { keyFile, certificate } = await selfSignedCertificate(folder);
  const der = Buffer.from(certificate.replace(/-----.*-----/g, ''), 'base64');
  const [, end] = der.toString('latin1').matchAll(/\x17\x0d\d{12}Z/g); // UTCTime (X.690, section 8.26)
  if (end === undefined) throw new Error('the certificate has no end');
  der.write('991399', end.index + 2, 'latin1');
  const lines = der.toString('base64').replace(/.{64}/g, '$&\n');
  const unreadable = `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
  const certificateFile = join(folder, 'unreadable.crt');
  await writeFile(certificateFile, unreadable);
  return { certificateFile, keyFile, certificate: unreadable };
}
