import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../../src/core/redaction.ts';

const long = (text: string) => text.trim().length >= 6 && text.isWellFormed();
const anyText = fc.string({ unit: 'grapheme', minLength: 6, maxLength: 60 });
const awkward = fc.string({
  unit: fc.constantFrom(...'.*+?^${}()|[]\\/&<>"\'%@:=-_ \té€😀aZ0'),
  minLength: 6,
  maxLength: 40,
});
const lines = fc.array(fc.oneof(anyText, awkward), { minLength: 2, maxLength: 4 }).map(parts => parts.join('\n'));
const secrets = fc.oneof(anyText, awkward, lines).filter(long);
const surroundings = fc.tuple(fc.string({ maxLength: 5 }), fc.string({ maxLength: 5 }));

function redactorOf(...values: string[]): Redactor {
  const redactor = new Redactor();
  for (const value of values) redactor.add(value);
  return redactor;
}

const html = (text: string) =>
  text.replace(
    /[&<>"']/g,
    character => `&${{ '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' }[character]};`,
  );

const encodings: Record<string, (secret: string) => string> = {
  'as it is': secret => secret,
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': secret => encodeURIComponent(secret).replace(/%../g, code => code.toLowerCase()),
  'percent-encoded after RFC 3986': secret =>
    encodeURIComponent(secret).replace(
      /[!'()*]/g,
      character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
    ),
  'a form field': secret => new URLSearchParams({ a: secret }).toString().slice(2),
  'a JSON string': secret => JSON.stringify(secret).slice(1, -1),
  'JSON in JSON': secret => JSON.stringify(JSON.stringify(secret)).slice(3, -3),
  'JSON in ASCII': secret =>
    JSON.stringify(secret)
      .slice(1, -1)
      .replace(/[\x7f-\uffff]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`),
  HTML: html,
  base64: secret => Buffer.from(secret).toString('base64'),
  base64url: secret => Buffer.from(secret).toString('base64url'),
  'base64 twice': secret => Buffer.from(Buffer.from(secret).toString('base64')).toString('base64'),
  'wrapped base64': secret =>
    (
      Buffer.from(secret)
        .toString('base64')
        .match(/.{1,76}/g) ?? []
    ).join('\n'),
  hexadecimal: secret => Buffer.from(secret).toString('hex'),
  'hexadecimal in capitals': secret => Buffer.from(secret).toString('hex').toUpperCase(),
  'hexadecimal with colons': secret => (Buffer.from(secret).toString('hex').match(/../g) ?? []).join(':'),
  'percent-encoded twice': secret => encodeURIComponent(encodeURIComponent(secret)),
  'escaped as Unicode': secret =>
    secret
      .split('')
      .map(unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
      .join(''),
  'escaped as bytes': secret =>
    [...Buffer.from(secret)].map(byte => `\\x${byte.toString(16).padStart(2, '0')}`).join(''),
  'quoted for the shell': secret => secret.replaceAll("'", `'"'"'`),
  'quoted for SQL': secret => secret.replaceAll("'", "''"),
  'decimal entities': secret => [...secret].map(character => `&#${character.codePointAt(0)};`).join(''),
};

test('the shell, base32 and quoted-printable hide nothing', () => {
  const redactor = redactorOf("fäke p@ss'w&rd=1");
  for (const form of ["fäke\\ p@ss\\'w\\&rd=1", 'M3B2I23FEBYEA43TE53SM4TEHUYQ====', "f=C3=A4ke p@ss'w&rd=3D1"])
    expect([form, redactor.redact(form)]).toEqual([form, expect.stringContaining('***')]);
});

test('a word that everyone uses stays readable, as a value and as a password', () => {
  const redactor = redactorOf('production', 'Staging', 'postgresql://app:postgres@db.example.com/app');
  const text = '{"environment":"production"} staging postgres';
  expect(redactor.redact(text)).toBe(text);
  expect(redactor.redact('by app:postgres@')).toBe('by ***@');
});

describe('a secret', () => {
  test.each(Object.entries(encodings))('is hidden %s', (_, encode) => {
    fc.assert(
      fc.property(secrets, surroundings, (given, [before, after]) => {
        const secret = given.trim();
        const redacted = redactorOf(given).redact(`${before} ${encode(secret)} ${after}`);
        expect(redacted).toBe(`${before} *** ${after}`);
      }),
    );
  });

  test('is hidden line by line', () => {
    fc.assert(
      fc.property(lines.filter(long), secret => {
        const redactor = redactorOf(secret);
        for (const line of secret.split('\n').filter(long))
          expect(redactor.redact(`> ${line.trim()} <`)).toBe('> *** <');
      }),
    );
  });

  test.each(['base64', 'base64url'] as const)('is hidden inside a larger %s, wherever it starts', encoding => {
    fc.assert(
      fc.property(secrets, fc.uint8Array({ maxLength: 8 }), fc.uint8Array({ maxLength: 8 }), (given, before, after) => {
        const secret = Buffer.from(given.trim());
        const whole = Buffer.concat([before, secret, after]).toString(encoding);
        const redacted = redactorOf(given).redact(whole);
        // The characters left on either side belong to the neighbours, but for a few bits of one at each end.
        const [left = '', right = ''] = [redacted.split('***')[0], redacted.split('***').at(-1)];
        expect(redacted).toContain('***');
        expect(left.length).toBeLessThanOrEqual(Math.ceil((before.length * 8) / 6));
        expect(right.replace(/=+$/, '').length).toBeLessThanOrEqual(Math.ceil((after.length * 8) / 6) + 1);
      }),
    );
  });

  test('is hidden as the password of a connection string, encoded or not', () => {
    const passwords = fc.oneof(anyText, awkward).map(text => text.trim());
    fc.assert(
      fc.property(passwords.filter(long), password => {
        const url = `postgresql://admin:${encodeURIComponent(password)}@db.example.com:5432/app?sslmode=require`;
        const redactor = redactorOf(url);
        for (const shown of [url, password, encodeURIComponent(password), JSON.stringify(password).slice(1, -1)]) {
          expect(redactor.redact(`Could not connect: ${shown}!`)).toBe('Could not connect: ***!');
        }
        expect(redactor.redact(`admin:${password}`)).toBe('***');
        expect(redactor.redact('host db.example.com, user admin')).toBe('host db.example.com, user admin');
      }),
    );
  });

  test.each(['redis://default:p@ss/w#rd:1@cache.example.com:6379', 'postgres://u:p@ss/w#rd:1@h/db'])(
    'is hidden as a password that should have been percent-encoded: %s',
    url => {
      expect(redactorOf(url).redact('password "p@ss/w#rd:1" refused')).toBe('password "***" refused');
    },
  );

  test('may hold half a surrogate pair', () => {
    const secret = `broken\ud800value`;
    expect(redactorOf(secret).redact(`a ${secret} b`)).toBe('a *** b');
  });

  test.each([
    ['two that overlap', ['abcdefgh', 'efghijkl'], 'x abcdefghijkl y', 'x *** y'],
    ['two that touch', ['abcdef', 'ghijkl'], 'x abcdefghijkl y', 'x *** y'],
    ['one inside another', ['abcdefghijkl', 'defghi'], 'x abcdefghijkl defghi y', 'x *** *** y'],
    ['the same twice', ['abcdef'], 'abcdef, abcdef', '***, ***'],
  ])('is hidden beside others: %s', (_, values, text, redacted) => {
    expect(redactorOf(...values).redact(text)).toBe(redacted);
  });
});

describe('a value that is no secret', () => {
  test.each(['', '1', 'dev', 'true', '     ', '12345'])('is left when it is as short as "%s"', value => {
    const text = `value ${value}, 1 dev true 12345`;
    expect(redactorOf(value).redact(text)).toBe(text);
  });

  test('is left when it only looks alike', () => {
    expect(redactorOf('a.c.e.g').redact('abcdefg A.C.E.G a.c.e.')).toBe('abcdefg A.C.E.G a.c.e.');
  });
});

describe('the runner hears', () => {
  test('of each form once', () => {
    const heard: string[] = [];
    const redactor = new Redactor(form => heard.push(form));
    redactor.add('postgresql://admin:s3cr%40t-value@db.example.com/app');
    redactor.add('postgresql://admin:s3cr%40t-value@db.example.com/app');
    expect(heard).toEqual([...new Set(heard)]);
    expect(heard).toEqual(expect.arrayContaining(['s3cr%40t-value', 's3cr@t-value', 'admin:s3cr@t-value']));
  });

  test('of no line that is too short to be masked', () => {
    const heard: string[] = [];
    new Redactor(form => heard.push(form)).add('{\n  "private_key": "0123456789abcdef"\n}');
    expect(heard.filter(form => form.trim().length < 6)).toEqual([]);
  });
});

test('redactAll reaches every string of a value, and its keys', () => {
  const value = { 'key-of-hidden': ['the hidden', { deep: 'the hidden', count: 3, none: null }], ok: true };
  expect(redactorOf('hidden').redactAll(value)).toEqual({
    'key-of-***': ['the ***', { deep: 'the ***', count: 3, none: null }],
    ok: true,
  });
});

test('many secrets and a long text take little time', () => {
  const values = Array.from(
    { length: 200 },
    (_, index) => `secret-number-${index}-${'x'.repeat(index)}\nsecond line of ${index}`,
  );
  const redactor = redactorOf(...values);
  const text = `${'A text of a megabyte that holds no secret at all. '.repeat(20_000)}${values[150]}`;
  expect(redactor.redact(text).endsWith('at all. ***')).toBe(true);
}, 5_000);

test.each(['passed', 'failed', 'warning', 'delivery', 'vercel', 'railway'])(
  'a secret that is a word of every record, such as %s, leaves the record readable',
  word => {
    const redactor = new Redactor();
    redactor.add(word);
    const entry = { gate: 'probe', verdict: 'passed', boundary: 'delivery', severity: 'warning' };
    const record = { platforms: ['vercel', 'railway', 'render'], gates: [entry, { ...entry, verdict: 'failed' }] };
    expect(redactor.redactAll(record)).toEqual(record);
  },
);
