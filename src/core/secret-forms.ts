/** Shorter values are not hidden: masking `1` or `dev` would make every log unreadable and protect nothing. */
export const shortestForm = 6;

/**
 * Nor are these, as a value or as a password: they are words of every log, of every record (without which no later gate
 * could read it, and no rollback would know the platform) and of every list that attackers try first.
 */
const commonWords = new Set(
  [
    'admin changeme database default development docker example guest localhost master password postgres postgresql',
    'preview production public secret staging supabase testing username',
    'passed failed inconclusive warning notice identity settlement rate-limiting provider delivery',
    'vercel render railway command',
  ].flatMap(line => line.split(' ')),
);

/**
 * The forms in which a secret can appear in a text: as is, line by line, percent-encoded and decoded, base64 and
 * base64url at each alignment, once and twice, wrapped lines of it, base32, hexadecimal with and without separators,
 * quoted-printable, escaped for JSON, HTML, SQL and the shell; and so for the password and the credentials inside a
 * connection string.
 */
export function listSecretForms(secret: string): Set<string> {
  const forms = new Set<string>();
  for (const part of [secret, ...secret.split(/\r\n|\r|\n/), ...listCredentials(secret)]) {
    const plain = part.trim();
    if (plain.length < shortestForm || isCommonWord(plain)) continue;
    for (const form of listEncodings(plain)) if (form.length >= shortestForm) forms.add(form);
  }
  return forms;
}

/** Whether a value is a word that hiding protects nothing with. */
export function isCommonWord(text: string): boolean {
  return commonWords.has(text.toLowerCase());
}

/** The password, and `user:password`, of a URL; also when its password was not percent-encoded as it should be. */
function listCredentials(text: string): string[] {
  const [, user, password] = /^[a-z][a-z0-9+.-]*:\/\/([^:@/?#]*):(.+)@[^@]*$/is.exec(text.trim()) ?? [];
  if (password === undefined) return [];
  return [password, `${user}:${password}`, decodePercent(password), `${user}:${decodePercent(password)}`];
}

function listEncodings(plain: string): string[] {
  const wellFormed = plain.toWellFormed(); // half a surrogate pair has no percent-encoding
  const json = JSON.stringify(plain).slice(1, -1);
  const percentEncoded = [
    encodeURIComponent(wellFormed),
    percentEncodeStrictly(wellFormed),
    encodeURI(wellFormed),
    new URLSearchParams([['', plain]]).toString().slice(1),
  ];
  return [
    plain,
    wellFormed,
    decodePercent(plain),
    ...percentEncoded,
    ...percentEncoded.map(text => text.replace(/%[0-9A-F]{2}/g, code => code.toLowerCase())),
    json,
    JSON.stringify(json).slice(1, -1),
    json.replaceAll('/', '\\/'), // as PHP writes it
    escapeToAscii(json), // as Python writes it
    ...listHtmlForms(plain),
    ...listQuotedForms(plain),
    ...listBase64Forms(plain),
    ...listBase64Forms(Buffer.from(plain).toString('base64')),
    ...listWrappedBase64Forms(plain),
    ...listHexForms(plain),
    encodeBase32(plain),
    ...percentEncoded.map(text => encodeURIComponent(text)),
    ...listEscapedForms(plain),
    encodeQuotedPrintable(plain),
  ];
}

/** As the shell, its `printf %q`, and SQL write a text in quotes. */
function listQuotedForms(plain: string): string[] {
  return [
    plain.replaceAll("'", "'\\''"),
    plain.replaceAll("'", `'"'"'`),
    plain.replaceAll("'", "''"),
    plain.replace(/[^\w@%+=:,./\u0080-\uffff-]/g, character => `\\${character}`),
  ];
}

/** Every character escaped, as some writers do; of entities also the special ones alone. */
function listEscapedForms(plain: string): string[] {
  const units = plain.split('');
  const code = (unit: string, digits: number) => unit.charCodeAt(0).toString(16).padStart(digits, '0');
  const entity = (character: string) => `&#${character.codePointAt(0)};`;
  return [
    units.map(unit => `\\u${code(unit, 4)}`).join(''),
    [...Buffer.from(plain)].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
    [...plain].map(entity).join(''),
    plain.replace(/[^\p{L}\p{N}\s]/gu, entity),
  ];
}

function listHexForms(plain: string): string[] {
  const hex = Buffer.from(plain).toString('hex');
  const pairs = hex.match(/../g) ?? [];
  return [hex, pairs.join(':'), pairs.join(' ')].flatMap(text => [text, text.toUpperCase()]);
}

/** RFC 4648, section 6, without the characters at the end that a neighbour changes. */
function encodeBase32(plain: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...Buffer.from(plain)].map(byte => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{5}/g) ?? [];
  return groups.map(group => alphabet[Number.parseInt(group, 2)]).join('');
}

/** `base64` of coreutils and MIME break lines after 76 characters. Each whole line is a form too: logs are read by line. */
function listWrappedBase64Forms(plain: string): string[] {
  const lines =
    Buffer.from(plain)
      .toString('base64')
      .match(/.{1,76}/g) ?? [];
  if (lines.length < 2) return [];
  return [lines.join('\n'), lines.join('\r\n'), ...lines.filter(line => line.length === 76)];
}

/** RFC 2045, section 6.7, before long lines are broken. */
function encodeQuotedPrintable(plain: string): string {
  return [...Buffer.from(plain)]
    .map(byte => {
      const literal = (byte >= 32 && byte <= 126 && byte !== 61) || byte === 9;
      return literal ? String.fromCharCode(byte) : `=${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
}

/** RFC 3986, section 2.2: `encodeURIComponent` leaves five of the reserved characters as they are. */
export function percentEncodeStrictly(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

function escapeToAscii(text: string): string {
  return text.replace(/[\x7f-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** An apostrophe has four usual names; many writers leave it as it is. */
function listHtmlForms(plain: string): string[] {
  const escaped = plain
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
  return ["'", '&#39;', '&#x27;', '&apos;'].map(apostrophe => escaped.replaceAll("'", apostrophe));
}

/**
 * Base64 of a text that holds the secret shows it in one of three ways, by where in a group of three bytes it starts.
 * Of each only the characters that the secret alone decides: its neighbours change those at the ends.
 */
function listBase64Forms(plain: string): string[] {
  const bytes = Buffer.from(plain);
  const inside = [0, 1, 2].map(shift => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes]).toString('base64');
    return text.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
  });
  const standard = [bytes.toString('base64'), ...inside];
  return [...standard, ...standard.map(text => text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, ''))];
}

function decodePercent(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // not percent-encoded
  }
}
