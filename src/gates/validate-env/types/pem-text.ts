/** The PEM text in a value: as it is, with `\n` for line ends as many platforms need it, or as base64 of all of it. */
export function findPem(value: string): string | undefined {
  const text = value.replaceAll('\\n', '\n').trim();
  if (text.startsWith('-----BEGIN ')) return text;
  if (!/^[A-Za-z0-9+/=\s]+$/.test(value)) return undefined;
  const decoded = Buffer.from(value, 'base64').toString('utf8').trim();
  return decoded.startsWith('-----BEGIN ') ? decoded : undefined;
}
