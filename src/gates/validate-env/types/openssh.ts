/** A private key as `ssh-keygen` writes it, which OpenSSL does not read. */
export interface OpenSshKey {
  algorithm: string;
  /** Of an RSA key. */
  bits?: number;
  locked: boolean;
}

/** Reads the public part of an OpenSSH key (openssh PROTOCOL.key); undefined when the text is incomplete. */
export function readOpenSshKey(pem: string): OpenSshKey | undefined {
  const body = /^-----BEGIN OPENSSH PRIVATE KEY-----([A-Za-z0-9+/=\s]*)-----END OPENSSH PRIVATE KEY-----/.exec(
    pem,
  )?.[1];
  const bytes = Buffer.from(body ?? '', 'base64');
  const magic = 'openssh-key-v1\0';
  if (bytes.subarray(0, magic.length).toString('latin1') !== magic) return undefined;
  const outer = readStrings(bytes.subarray(magic.length), 3);
  const keys = outer && readStrings(outer.rest.subarray(4), 2); // after the number of keys
  const inner = keys?.strings[0] && readStrings(keys.strings[0], 1);
  const [cipher] = outer?.strings ?? [];
  const [kind] = inner?.strings ?? [];
  if (cipher === undefined || kind === undefined || inner === undefined) return undefined;
  const algorithm =
    names.find(([prefix]) => kind.toString('latin1').startsWith(prefix))?.[1] ?? kind.toString('latin1');
  const modulus = algorithm === 'rsa' ? readStrings(inner.rest, 2)?.strings[1] : undefined;
  return {
    algorithm,
    ...(modulus && { bits: modulus.toString('hex').replace(/^0+/, '').length * 4 }),
    locked: cipher.toString('latin1') !== 'none',
  };
}

const names: [prefix: string, algorithm: string][] = [
  ['ssh-rsa', 'rsa'],
  ['ssh-ed25519', 'ed25519'],
  ['ecdsa-', 'ec'],
];

/** So many strings, each after its length in four bytes, and what follows them. */
function readStrings(bytes: Buffer, count: number): { strings: Buffer[]; rest: Buffer } | undefined {
  const strings: Buffer[] = [];
  let rest = bytes;
  for (let read = 0; read < count; read++) {
    if (rest.length < 4) return undefined;
    const end = 4 + rest.readUInt32BE(0);
    if (rest.length < end) return undefined;
    strings.push(rest.subarray(4, end));
    rest = rest.subarray(end);
  }
  return { strings, rest };
}
