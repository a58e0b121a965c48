/** The PEM text in a value: as it is, with `\n` for line ends as many platforms need it, or as base64 of all of it. */
export function findPem(value: string): string | undefined {
  const text = dropPreamble(value.replaceAll('\\n', '\n').trim());
  if (text.startsWith('-----BEGIN ')) return text;
  if (!/^[A-Za-z0-9+/=\s]+$/.test(value)) return undefined;
  const decoded = dropPreamble(Buffer.from(value, 'base64').toString('utf8').trim());
  return decoded.startsWith('-----BEGIN ') ? decoded : undefined;
}

const attribute =
  '(?:Bag|Key) Attributes[^\\n]*\\n|[ \\t]+[\\w][^\\n:]*:[^\\n]*\\n|(?:subject|issuer)=[^\\n]*\\n|[ \\t]*\\r?\\n';
const parameters = '-----BEGIN (?:EC|DH) PARAMETERS-----[^-]*-----END (?:EC|DH) PARAMETERS-----\\s*';
const preamble = new RegExp(`^(?:${attribute}|${parameters})+`);

/** OpenSSL writes the attributes of a PKCS #12 bag, and the curve of a key, before the key itself. */
function dropPreamble(text: string): string {
  return text.replace(preamble, '');
}
