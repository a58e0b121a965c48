import { generateKeyPairSync } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { validate } from './support.ts';

const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const sec1 = ec.export({ type: 'sec1', format: 'pem' }).toString();
const pkcs8 = ec.export({ type: 'pkcs8', format: 'pem' }).toString();
const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
const bag = 'Bag Attributes\n    localKeyID: 01 02 03 \n    friendlyName: fake\nKey Attributes: <No Attributes>\n';

/** A key as ssh-keygen writes it (openssh PROTOCOL.key), without its secret half. */
function writeOpenSsh(cipher = 'none', type = 'ssh-ed25519'): string {
  const strings = (...parts: (string | Buffer)[]) =>
    Buffer.concat(
      parts.flatMap(part => {
        const bytes = Buffer.from(part);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(bytes.length);
        return [length, bytes];
      }),
    );
  const one = Buffer.from([0, 0, 0, 1]);
  const parts = type === 'ssh-rsa' ? ['e', Buffer.alloc(256, 0xff)] : [Buffer.alloc(32, 7)];
  const body = Buffer.concat([
    Buffer.from('openssh-key-v1\0'),
    strings(cipher, 'none', ''),
    one,
    strings(strings(type, ...parts), Buffer.alloc(136, 9)),
  ]);
  const lines = body.toString('base64').replace(/.{70}/g, '$&\n');
  return `-----BEGIN OPENSSH PRIVATE KEY-----\n${lines}\n-----END OPENSSH PRIVATE KEY-----\n`;
}

/** Values that services have in production, each with the declaration that fits. */
const healthy: [declared: string, value: string][] = [
  // Redis. Fly.io's own Upstash has no TLS: fly.io/docs/upstash/redis.
  ['{ type: redis-url }', 'redis://default:fake1b2c3d@fly-my-app-redis.upstash.io:6379'],
  ['{ type: redis-url }', 'rediss://default:fake1b2c3d@eu1-cat-12345.upstash.io:6379'],
  ['{ type: redis-url, tls: true }', 'rediss://default:fake1b2c3d@my-db.abc.ng.0001.use1.cache.amazonaws.com:6379'],
  ['{ type: redis-url }', 'redis://red-abc123:6379'],
  ['{ type: redis-url }', 'redis://default:fake1b2c3d@redis.railway.internal:6379/1'],
  // PostgreSQL
  ['{ type: postgres-url }', 'postgres://fake0123:sk_fake-abc@db.prisma.io:5432/?sslmode=require'],
  ['{ type: postgres-url }', 'postgres://fake0123:sk_fake-abc@pooled.db.prisma.io:5432/?sslmode=require'],
  ['{ type: postgres-url, client: prisma }', 'prisma+postgres://accelerate.prisma-data.net/?api_key=fake0123456789'],
  [
    '{ type: postgres-url }',
    'postgresql://app:fake-1b2c@pg-1.example.com:5432,pg-2.example.com:5432/app?target_session_attrs=read-write',
  ],
  ['{ type: postgres-url, host: "*.example.com" }', 'postgresql://app:fake-1b2c@pg-1.example.com,pg-2.example.com/app'],
  ['{ type: postgres-url }', 'postgresql://app:fake-1b2c@/app?host=/cloudsql/project:europe-west1:main'],
  ['{ type: postgres-url }', 'postgresql:///app?host=/var/run/postgresql'],
  ['{ type: postgres-url, pooler: none }', 'postgresql://app:fake-1b2c@ep-cool-1.eu-central-1.aws.neon.tech/app'],
  // Other connection strings
  ['{ type: url }', 'mongodb://app:fake-1b2c@m-1.example.com:27017,m-2.example.com:27017/app?replicaSet=rs0'],
  ['{ type: url, host: "*.example.com" }', 'mongodb://app:fake-1b2c@m-1.example.com:27017,m-2.example.com:27017/app'],
  ['{ type: url }', 'mongodb+srv://app:fake-1b2c@cluster0.abcde.mongodb.net/app'],
  ['{ type: url }', 'file:./dev.db'],
  ['{ type: url }', 'sqlite:///data/app.db'],
  ['{ type: url }', 'libsql://my-db.turso.io'],
  ['{ type: url }', 'amqps://app:fake-1b2c@rabbit.example.com/app'],
  ['{ type: url }', 'jdbc:postgresql://pg.example.com:5432/app'],
  ['{ type: url }', 'https://bücher.example/katalog'],
  ['{ type: url, host: bücher.example }', 'https://bücher.example/katalog'],
  ['{ type: url, host: "*.bücher.example" }', 'https://api.bücher.example'],
  // Durations, as npm `ms` reads them
  ...['2 days', '15min', '1H', '1d', '10h', '2.5 hrs', '.5h', '1 week', '100 ms', '3 months', '1 Y', '30 seconds'].map(
    (value): [string, string] => ['{ type: duration }', value],
  ),
  ['{ type: duration, min: 1h, max: 30d }', '2 days'],
  // Origins
  ['{ type: origins }', 'capacitor://localhost'],
  ['{ type: origins }', 'https://app.example.com,app://my-app,ionic://localhost'],
  ['{ type: origins }', 'chrome-extension://abcdefghijklmnopabcdefghijklmnop'],
  ['{ type: origins }', 'https://bücher.example'],
  ['{ type: origins }', 'http://localhost:3000, https://app.example.com:8443'],
  // Keys
  ['{ type: pem, holds: private-key, algorithm: ec }', `${parameters}${sec1}`],
  ['{ type: pem, holds: private-key }', `${bag}${pkcs8}`],
  ['{ type: pem, holds: private-key }', `${parameters}${sec1}`.replaceAll('\n', '\\n')],
  ['{ type: pem, holds: private-key }', Buffer.from(`${parameters}${sec1}`).toString('base64')],
  ['{ type: pem, holds: private-key, algorithm: ed25519 }', writeOpenSsh()],
  ['{ type: pem, holds: private-key, algorithm: rsa }', writeOpenSsh('none', 'ssh-rsa')],
  // Schedules, as croner and cron-parser read them
  ...[
    '0 0 L * *',
    '0 9 15W * *',
    '0 9 LW * *',
    '0 9 * * 5L',
    '0 9 * * MON#1',
    '0 9 * * 5#3',
    '0 0 L-3 * *',
    '0 0 1,L * *',
  ].map((value): [string, string] => ['{ type: cron }', value]),
  // Addresses of mail
  ['{ type: email }', 'info@bücher.example'],
  ['{ type: email }', 'почта@пример.рф'],
  ['{ type: email }', 'mail@xn--bcher-kva.xn--p1ai'],
  ['{ same-domain-as: "https://bücher.example" }', '.bücher.example'],
  // What browsers may have
  ['{ type: base64, bytes: 65, public: true }', Buffer.alloc(65, 'fake').toString('base64url')],
];

test('nothing is reported about healthy values', async () => {
  const contract = healthy.map(([declared], index) => `VALUE_${index}: ${declared}`);
  const values = Object.fromEntries(healthy.map(([, value], index) => [`VALUE_${index}`, value]));
  const report = await validate(contract.join(', '), values);
  const wrong = listFindings(report).map(({ message }) => {
    const index = Number(/VALUE_(\d+)/.exec(message)?.[1]);
    return `${healthy[index]?.join(' ')}: ${message}`;
  });
  expect(wrong).toEqual([]);
});

test.each([
  [
    '{ type: redis-url, tls: true }',
    'redis://default:fake1b2c@fly-x.upstash.io:6379',
    'leads to an endpoint of Fly.io',
  ],
  ['{ type: redis-url }', 'rediss://default:fake1b2c@fly-x.upstash.io:6379', 'connects with TLS'],
  ['{ type: postgres-url }', 'postgres://u:fake-1b2c@db.example.com:5432/?sslmode=require', 'names no database'],
  ['{ type: postgres-url }', 'prisma+postgres://evil.example.com/?api_key=x', 'is not a PostgreSQL connection URL'],
  [
    '{ type: postgres-url, host: a.example.com }',
    'postgresql://u:fake@a.example.com,b.example.com/d',
    'does not lead to',
  ],
  ['{ type: url }', 'mongodb://a.example.com:27017,b.example.com:port/app', 'is not a URL'],
  ['{ type: url }', 'api.example.com', 'is not a URL'],
  ['{ type: url }', 'https://', 'is not a URL'],
  ['{ type: duration }', '2 dayz', 'is not a duration'],
  ['{ type: duration, max: 1d }', '2 Days', 'is longer than 1d'],
  ['{ type: origins }', 'capacitor://localhost/', 'has an item that is not an origin'],
  ['{ type: origins }', 'https://bücher.example/pfad', 'has an item that is not an origin'],
  ['{ type: origins }', 'https://App.example.com', 'has an item that is not an origin'],
  ['{ type: pem }', writeOpenSsh('aes256-ctr'), 'is locked with a password'],
  ['{ type: pem }', writeOpenSsh().replace(/\n[^\n]*\n-----END/, '\n-----END'), 'is damaged'],
  ['{ type: pem, algorithm: rsa }', writeOpenSsh(), 'holds a key of ed25519, not of rsa'],
  ['{ type: pem }', `junk\n${pkcs8}`, 'is not a key or certificate in PEM'],
  ['{ type: cron }', '0 9 32W * *', 'has a day of the month'],
  ['{ type: cron }', '0 9 * * MON#6', 'has a day of the week'],
  ['{ type: cron }', '0 L * * *', 'has a hour'],
  ['{ type: email }', 'mail@bücher', 'is not an e-mail address'],
  ['{ same-domain-as: "https://bücher.example" }', '.buecher.example', 'is not in the domain'],
])('and yet %s %j is', async (declared, value, message) => {
  const report = await validate(`VALUE: ${declared}`, { VALUE: value });
  expect(listFindings(report).map(finding => finding.message)).toEqual([expect.stringContaining(message)]);
});
