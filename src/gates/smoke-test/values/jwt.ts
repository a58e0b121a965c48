import { createHmac, sign } from 'node:crypto';

/** A signed JSON Web Token (RFC 7519, RFC 7518). Throws an Error for a key that does not fit the algorithm. */
export function makeJwt(claims: object, algorithm: string, key: string | Buffer, header: object = {}): string {
  const content = [{ typ: 'JWT', ...header, alg: algorithm }, claims]
    .map(part => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .join('.');
  return `${content}.${signContent(content, algorithm, key).toString('base64url')}`;
}

function signContent(content: string, algorithm: string, key: string | Buffer): Buffer {
  const hash = `sha${algorithm.slice(2)}`;
  if (algorithm.startsWith('HS')) return createHmac(hash, key).update(content).digest();
  if (algorithm === 'EdDSA') return sign(null, Buffer.from(content), key);
  if (algorithm.startsWith('ES')) return sign(hash, Buffer.from(content), { key, dsaEncoding: 'ieee-p1363' });
  const pss = algorithm.startsWith('PS') ? { padding: 6, saltLength: -1 } : {}; // RSA_PKCS1_PSS_PADDING, salt as the hash
  return sign(hash, Buffer.from(content), { key, ...pss });
}
