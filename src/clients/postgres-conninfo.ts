/** The text is not a connection string; the message completes "The value of X …" and shows no part of the text. */
export class MalformedConninfo extends Error {
  override name = 'MalformedConninfo';
}

const prefix = /^postgres(?:ql)?:\/\//;

/**
 * The parameters of a connection string, as libpq reads them: a URI, or `key=value` pairs (PostgreSQL:
 * src/interfaces/libpq/fe-connect.c, conninfo_uri_parse_options and conninfo_parse). Several hosts are one `host`, separated by
 * commas. Throws a MalformedConninfo.
 */
export function readConninfo(text: string): Map<string, string> {
  const start = prefix.exec(text)?.[0];
  if (start !== undefined) return readUri(text.slice(start.length));
  if (/^\s*[a-z_]+\s*=/i.test(text)) return readPairs(text);
  throw new MalformedConninfo('is not a PostgreSQL connection string');
}

function readUri(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const store = (name: string, value: string) => {
    if (value !== '') parameters.set(name, decode(value));
  };
  const question = text.indexOf('?', Math.max(0, findAt(text)));
  const main = question < 0 ? text : text.slice(0, question);
  const at = findAt(main);
  if (at >= 0) {
    const [user = '', ...password] = main.slice(0, at).split(':');
    store('user', user);
    store('password', password.join(':'));
  }
  const rest = main.slice(at + 1);
  const slash = rest.indexOf('/');
  const addresses = (slash < 0 ? rest : rest.slice(0, slash)).split(',').map(readAddress);
  if (addresses.some(({ host }) => host !== '')) store('host', addresses.map(({ host }) => host).join(','));
  if (addresses.some(({ port }) => port !== '')) store('port', addresses.map(({ port }) => port).join(','));
  if (slash >= 0) store('dbname', rest.slice(slash + 1));
  if (question >= 0) for (const [name, value] of readQuery(text.slice(question + 1))) parameters.set(name, value);
  return parameters;
}

/** The end of user and password: the first `@`, unless a `/` comes before it. */
function findAt(text: string): number {
  const found = /[@/]/.exec(text);
  return found?.[0] === '@' ? found.index : -1;
}

function readAddress(text: string): { host: string; port: string } {
  const six = /^\[([^\]]*)\](?::(.*))?$/.exec(text);
  if (six) {
    if (!six[1]) throw new MalformedConninfo('has an empty IPv6 address');
    return { host: six[1], port: six[2] ?? '' };
  }
  if (text.startsWith('[')) throw new MalformedConninfo('has an IPv6 address that does not end in `]`');
  const [host = '', ...port] = text.split(':');
  return { host, port: port.join(':') };
}

function* readQuery(text: string): Generator<[string, string]> {
  if (text === '') return;
  for (const pair of text.split('&')) {
    const [name, value, more] = pair.split('=');
    if (value === undefined) throw new MalformedConninfo('has a parameter without `=`');
    if (more !== undefined) throw new MalformedConninfo('has a parameter with a second `=`, which must be %3D');
    yield [decode(name ?? ''), decode(value)];
  }
}

/** `+` is itself, not a space. */
function decode(text: string): string {
  try {
    const decoded = decodeURIComponent(text);
    if (!decoded.includes('\0')) return decoded;
  } catch {
    // the text is not percent-encoded correctly
  }
  throw new MalformedConninfo('is not a PostgreSQL connection string');
}

const blank = '[ \\t\\n\\v\\f\\r]';
const pair = new RegExp(
  `${blank}*([^= \\t\\n\\v\\f\\r]+)${blank}*=${blank}*(?:'((?:[^'\\\\]|\\\\[\\s\\S])*)'|((?:[^\\\\ \\t\\n\\v\\f\\r']|\\\\[\\s\\S])(?:[^\\\\ \\t\\n\\v\\f\\r]|\\\\[\\s\\S])*)?)`,
  'y',
);

function readPairs(text: string): Map<string, string> {
  const parameters = new Map<string, string>();
  const end = text.trimEnd().length;
  pair.lastIndex = 0;
  while (pair.lastIndex < end) {
    const [, name = '', quoted, plain = ''] = pair.exec(text) ?? [];
    if (name === '') throw new MalformedConninfo('has a key without `=`, or a quote that does not end');
    parameters.set(name, (quoted ?? plain).replace(/\\([\s\S])/g, '$1'));
  }
  return parameters;
}
