import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import {
  createServer as createHttp2Server,
  type Http2Server,
  type IncomingHttpHeaders,
  type ServerHttp2Stream,
} from 'node:http2';
import { createServer as createTcpServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type TlsOptions } from 'node:tls';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Queue, Worker } from 'bullmq';
import { WebSocketServer } from 'ws';
import { probe } from '../../src/gates/probe/gate.ts';
import { planTargets } from '../../src/readiness/targets.ts';
import { expiredCertificate, selfSignedCertificate } from '../support/certificate.ts';
import { onCleanUp } from '../support/clean-up.ts';
import { parseConfiguration } from '../support/configuration.ts';
import { testContext } from '../support/context.ts';
import { type DnsServer, startDns, type Zone } from '../support/dns-server.ts';
import { startFly } from '../support/emulators/fly/index.ts';
import { freePort } from '../support/free-port.ts';
import { listen, stopServer } from '../support/listen.ts';
import { type RunningPostgres, startPostgres } from '../support/postgres.ts';
import { type RunningRedis, startRedis } from '../support/redis.ts';
import { runGate } from '../support/run-built.ts';
import { lightBuild } from '../support/sample-build.ts';
import { codes, commit, probeOne, seen, serve } from './support.ts';

const soon = 'consecutive: 1, for: 0s, deadline: 1ms';

async function tcp(onConnect: (socket: Socket) => void): Promise<string> {
  const sockets: Socket[] = [];
  const server = createTcpServer(socket => {
    sockets.push(socket.on('error', () => {}));
    onConnect(socket);
  });
  onCleanUp(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (await listen(server)).replace('http://', '');
}

describe('TCP', () => {
  test('is ready when it connects, or says what it should', async () => {
    const address = await tcp(socket => socket.end('220 mail.example.com ESMTP\r\n'));
    expect((await probeOne(`tcp: "${address}"`)).verdict).toBe('passed');
    expect((await probeOne(`tcp: "${address}", expect: ESMTP`)).verdict).toBe('passed');
    const report = await probeOne(`tcp: "${address}", expect: IMAP, ${soon}`);
    expect(codes(report)).toEqual(['error answer/missing-text']);
    expect(seen(report)).toContain('It sent: 220 mail.example.com ESMTP');
  });

  test('is not when nothing listens, or it accepts and says nothing', async () => {
    expect(codes(await probeOne(`tcp: "127.0.0.1:${await freePort()}", ${soon}`))).toEqual([
      'error network/connection-refused',
    ]);
    const address = await tcp(() => {});
    const report = await probeOne(`tcp: "${address}", send: hello, expect: x, timeout: 500ms, ${soon}`);
    expect(codes(report)).toEqual(['error network/timed-out']);
    expect(seen(report)).toContain('connected, and the expected text did not arrive within 500 ms');
  });
});

describe('[P8] a WebSocket', () => {
  async function sockets(onMessage: (text: string) => string): Promise<string> {
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    server.on('connection', socket => socket.on('message', data => socket.send(onMessage(String(data)))));
    await once(server, 'listening');
    onCleanUp(() => {
      for (const client of server.clients) client.terminate();
      server.close();
    });
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  test('is ready when it opens and answers', async () => {
    const url = await sockets(() => '{"event":"pong","at":1}');
    expect((await probeOne('websocket: /ws, send: { event: ping }, expect: { event: pong }', url)).verdict).toBe(
      'passed',
    );
  });

  test.each([
    [401, 'Send a valid token'],
    [403, 'Send the header `Origin`'],
    [426, 'forward `Upgrade`'],
    [200, 'no CDN caches'],
    [503, "Compare the service's own answer"],
  ])('that is answered with %d gets the fix that fits', async (status, help) => {
    const url = await serve((_, response) => response.writeHead(status).end());
    const report = await probeOne(`websocket: /ws, ${soon}`, url);
    expect(report.checks[0]?.findings[0]?.help).toContain(help);
  });

  test('fails on another message, without an upgrade, and without an answer', async () => {
    const url = await sockets(() => 'what?');
    const target = 'websocket: /ws, send: ping, expect: pong, timeout: 100ms';
    expect(codes(await probeOne(`${target}, ${soon}`, url))).toEqual(['error network/timed-out']);
    const plain = await serve((_, response) => response.writeHead(404).end());
    const report = await probeOne(`websocket: /ws, ${soon}`, plain);
    expect(codes(report)).toEqual(['error probe/no-websocket-upgrade']);
    expect(seen(report)).toContain('answered 404, expected a WebSocket');
    const nobody = `http://127.0.0.1:${await freePort()}`;
    expect(codes(await probeOne(`websocket: /ws, ${soon}`, nobody))).toEqual(['error network/connection-refused']);
  });
});

test('a WebSocket on a port that browsers refuse is reported as such, and at once', async () => {
  const report = await probeOne('websocket: "ws://127.0.0.1:6666/ws"');
  expect([report.verdict, codes(report)]).toEqual(['error', ['error network/invalid-request']]);
  expect(seen(report)).toContain('could not be sent: 6666 is a port that browsers and other clients refuse');
});

describe('DNS', () => {
  const zone: Zone = {
    'api.example.com': ['CNAME pm-backend.fly.dev', 'A 192.0.2.7'],
    'empty.example.com': [],
  };
  async function server(options = {}): Promise<DnsServer> {
    const dns = await startDns(zone, options);
    onCleanUp(() => dns.stop());
    return dns;
  }
  const ask = (host: string, more: string, { address }: DnsServer) =>
    probeOne(`dns: ${host}, resolvers: ["${address}"], ${soon}, ${more}`);

  test('is ready when the record is there', async () => {
    const dns = await server();
    expect((await ask('api.example.com', 'type: CNAME, expect: [PM-backend.fly.dev.]', dns)).verdict).toBe('passed');
    expect((await ask('api.example.com', 'type: A', dns)).verdict).toBe('passed');
  });

  test('is not when it is another, none, or nobody answers', async () => {
    const dns = await server();
    const other = await ask('api.example.com', 'type: A, expect: [192.0.2.8]', dns);
    expect(codes(other)).toEqual(['error network/wrong-dns-record']);
    expect(seen(other)).toContain('api.example.com has 192.0.2.7, expected 192.0.2.8');
    expect(codes(await ask('empty.example.com', 'type: A', dns))).toEqual(['error network/wrong-dns-record']);
    expect(codes(await ask('none.example.com', 'type: A', dns))).toEqual(['error network/unknown-host']);
    const broken = await ask('api.example.com', 'type: A', await server({ rcode: 2 }));
    expect([broken.verdict, codes(broken)]).toEqual(['error', ['error network/dns-failed']]);
  });

  test('is asked of name servers by name too', async () => {
    const { address } = await server();
    const report = await probeOne(
      `dns: api.example.com, type: A, resolvers: ["${address.replace('127.0.0.1', 'localhost')}"], ${soon}`,
    );
    expect(report.verdict).toBe('passed');
    const unknown = await probeOne(`dns: api.example.com, resolvers: [no-such-host.invalid], ${soon}`);
    expect([unknown.verdict, seen(unknown)]).toEqual(['error', expect.stringContaining('no-such-host.invalid')]);
  });

  test('that answers nothing says nothing of the release', async () => {
    const silent = await ask('api.example.com', 'type: A, timeout: 300ms', await server({ silent: true }));
    expect([silent.verdict, codes(silent)]).toEqual(['error', ['error network/dns-silent']]);
    expect(seen(silent)).toMatch(/^DNS A api\.example\.com at 127\.0\.0\.1:\d+: no answer within 300 ms\./);
  });

  test('that answers late is slow, and the finding says by how much', async () => {
    const late = await server({ after: 120 });
    const at = `dns: api.example.com, resolvers: ["${late.address}"], timeout: 60s`;
    const slow = await probeOne(`${at}, within: 100ms, ${soon}`);
    expect([slow.verdict, codes(slow)]).toEqual(['failed', ['error network/dns-slow']]);
    expect(seen(slow)).toMatch(/^DNS A api\.example\.com at .*: the answer took [\d.]+ m?s; the limit is 100 ms\./);
    expect((await probeOne(`${at}, within: 60s, ${soon}`)).verdict).toBe('passed');
  });
});

describe('TLS', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'release-gates-tls-'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function secure(options: TlsOptions): Promise<string> {
    const server = createTlsServer(options, socket => socket.on('error', () => {}).end());
    server.on('tlsClientError', () => {});
    onCleanUp(() => stopServer(server));
    return (await listen(server, 'https', 'localhost')).replace('https://', '');
  }

  test('is ready with a certificate that is trusted and lasts', async () => {
    const files = await selfSignedCertificate(folder);
    const address = await secure({ cert: files.certificate, key: readFileSync(files.keyFile) });
    const env = { NODE_EXTRA_CA_CERTS: files.certificateFile };
    const config = (days: string) => `probe: { api: { cert: { tls: "${address}", valid-for: ${days}, ${soon} } } }`;
    expect((await runGate('probe', { config: config('1d'), env })).outputs.verdict).toBe('passed');
    expect((await runGate('probe', { config: config('30d'), env })).findings).toMatchObject([
      { code: 'network/certificate-expires-soon', message: expect.stringContaining('expected at least 30') },
    ]);
  });

  test('is not with one that users would refuse, and says why', async () => {
    const own = await selfSignedCertificate(folder);
    const key = readFileSync(own.keyFile);
    const selfSigned = await probeOne(`tls: "${await secure({ cert: own.certificate, key })}", ${soon}`);
    expect(codes(selfSigned)).toEqual(['error network/certificate-self-signed']);
    const expired = await expiredCertificate(folder);
    const address = await secure({ cert: expired.certificate, key: readFileSync(expired.keyFile) });
    const config = `probe: { api: { cert: { tls: "${address}", ${soon} } } }`;
    const result = await runGate('probe', { config, env: { NODE_EXTRA_CA_CERTS: expired.certificateFile } });
    expect(result.findings).toMatchObject([{ code: 'network/certificate-expired' }]);
  });

  test('is not when it speaks only what is too old', async () => {
    const own = await selfSignedCertificate(folder);
    const key = readFileSync(own.keyFile);
    const old = { minVersion: 'TLSv1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT:@SECLEVEL=0' } as const;
    const address = await secure({ cert: own.certificate, key, ...old });
    expect(codes(await probeOne(`tls: "${address}", ${soon}`))).toContain('error network/tls-too-old');
    expect(codes(await probeOne(`get: "https://${address}/", ${soon}`))).toEqual(['error network/tls-too-old']);
  });

  test('is not when the other side speaks something else', async () => {
    const address = await tcp(socket => socket.end('SSH-2.0-OpenSSH_9.9\r\n'));
    expect(codes(await probeOne(`tls: "${address}", ${soon}`))).toEqual(['error network/tls-failed']);
  });
});

describe('gRPC health', () => {
  async function grpc(
    onCall: (stream: ServerHttp2Stream, service: string, headers: IncomingHttpHeaders) => void,
  ): Promise<string> {
    const server: Http2Server = createHttp2Server();
    server.on('stream', (stream, headers) => {
      let body: Buffer = Buffer.alloc(0);
      stream.on('data', (chunk: Buffer) => (body = Buffer.concat([body, chunk])));
      stream.on('end', () => onCall(stream, serviceIn(body), headers));
      stream.on('error', () => {});
    });
    onCleanUp(() => stopServer(server));
    return listen(server);
  }

  /** The frame has 5 bytes, the tag of the field one, and its length one or two. */
  const serviceIn = (body: Buffer) => body.subarray((body[6] ?? 0) < 128 ? 7 : 8).toString();

  test('is asked with a token and metadata', async () => {
    const seenHeaders: unknown[] = [];
    const url = await grpc((stream, _, headers) => {
      seenHeaders.push(headers.authorization, headers['x-api-key']);
      reply(1)(stream);
    });
    const report = await probeOne(`grpc: "${url}", bearer: fake-token, metadata: { X-Api-Key: fake-key }, ${soon}`);
    expect([report.verdict, seenHeaders]).toEqual(['passed', ['Bearer fake-token', 'fake-key']]);
  });

  test.each([
    ['HTTP/1.1', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok'],
    ['something else', '220 mail.example.com ESMTP\r\n'],
  ])('is not on a port that speaks %s', async (_, text) => {
    const report = await probeOne(`grpc: "http://${await tcp(socket => socket.end(text))}", ${soon}`);
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error network/malformed-answer']]);
    expect(seen(report)).toContain('in another protocol than HTTP/2');
  });

  const reply = (state: number) => (stream: ServerHttp2Stream) => {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(Buffer.from([0, 0, 0, 0, 2, 0x08, state]));
  };

  test('is ready when it serves', async () => {
    let asked = '';
    const url = await grpc((stream, service) => {
      asked = service;
      reply(1)(stream);
    });
    expect((await probeOne(`grpc: "${url}", service: orders`)).verdict).toBe('passed');
    expect(asked).toBe('orders');
    const long = 'com.example.'.repeat(20);
    expect((await probeOne(`grpc: "${url}", service: ${long}x`)).verdict).toBe('passed');
    expect(asked).toBe(`${long}x`);
  });

  test.each<[string, (stream: ServerHttp2Stream) => void, string, string]>([
    ['it does not serve', reply(2), 'probe/grpc-not-serving', 'answered NOT_SERVING'],
    [
      'it has no health service',
      stream =>
        stream.respond(
          { ':status': 200, 'content-type': 'application/grpc', 'grpc-status': '12' },
          { endStream: true },
        ),
      'probe/grpc-not-serving',
      'answered status 12',
    ],
    [
      'it is no gRPC',
      stream => stream.respond({ ':status': 404 }, { endStream: true }),
      'network/malformed-answer',
      'not gRPC',
    ],
    [
      'it says why in a form that is none',
      stream =>
        stream.respond(
          {
            ':status': 200,
            'content-type': 'application/grpc',
            'grpc-status': '14',
            'grpc-message': '100% full %E2%82%AC',
          },
          { endStream: true },
        ),
      'probe/grpc-not-serving',
      'answered status 14: 100% full €',
    ],
    ['the stream is reset', stream => stream.close(2), 'network/http2-reset', ''],
    ['nothing comes', () => {}, 'network/timed-out', 'within 1000 ms'],
  ])('is not when %s', async (_, onCall, code, words) => {
    const report = await probeOne(`grpc: "${await grpc(onCall)}", timeout: 1s, ${soon}`);
    expect(codes(report)).toEqual([`error ${code}`]);
    expect(seen(report)).toContain(words);
  });
});

describe('PostgreSQL', () => {
  let postgres: RunningPostgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  }, 60_000);
  afterAll(() => postgres.stop());

  test('is ready when it answers, and with what is wanted', async () => {
    const variables = { DATABASE_URL: postgres.url };
    expect((await probeOne('postgres: DATABASE_URL', undefined, { variables })).verdict).toBe('passed');
    const count = 'postgres: DATABASE_URL, sql: "SELECT 3 AS n", expect: { n: { at-least: 4 } }';
    const report = await probeOne(`${count}, ${soon}`, undefined, { variables });
    expect(codes(report)).toEqual(['error database/unexpected-row']);
    expect(seen(report)).toContain('n is 3, expected at least 4');
  });

  test('is asked without a right to change anything', async () => {
    const variables = { DATABASE_URL: postgres.url };
    const report = await probeOne(`postgres: DATABASE_URL, sql: "CREATE TABLE t (a int)", ${soon}`, undefined, {
      variables,
    });
    expect([report.verdict, codes(report)]).toEqual(['error', ['error database/query-not-read-only']]);
    expect(seen(report)).toContain('The query is not a single SELECT.');
  });

  test('that accepts the connection and says nothing is given up after `timeout`', async () => {
    const variables = { DATABASE_URL: `postgresql://u:fake-password@${await tcp(() => {})}/x?sslmode=disable` };
    const report = await probeOne('postgres: DATABASE_URL, timeout: 100ms, deadline: 1ms', undefined, { variables });
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error network/timed-out']]);
    expect(seen(report)).toContain('gave no answer within 100 ms');
  });

  test('that is asked for too much is given up after `timeout` too', async () => {
    const slow = `postgres: DATABASE_URL, sql: "SELECT pg_sleep(20)", timeout: 200ms, ${soon}`;
    const report = await probeOne(slow, undefined, { variables: { DATABASE_URL: postgres.url } });
    expect([report.verdict, codes(report)]).toEqual(['failed', ['error network/timed-out']]);
  });

  test('that does not listen fails; a wrong password is an error at once', async () => {
    const nobody = { DATABASE_URL: `postgresql://u:fake-password@127.0.0.1:${await freePort()}/x` };
    const down = await probeOne(`postgres: DATABASE_URL, ${soon}`, undefined, { variables: nobody });
    expect([down.verdict, codes(down)]).toEqual(['failed', ['error network/connection-refused']]);
    const unknown = new URL(postgres.url);
    unknown.pathname = '/not-there';
    const wrong = await probeOne('postgres: DATABASE_URL', undefined, { variables: { DATABASE_URL: unknown.href } });
    expect([wrong.verdict, codes(wrong)]).toEqual(['error', ['error database/unknown-database']]);
  });
});

describe('Redis and the queues in it', () => {
  let redis: RunningRedis;
  beforeAll(async () => {
    redis = await startRedis({ password: 'fake-redis-password' });
  });
  afterAll(() => redis.stop());
  const withUrl = (url: string) => ({ variables: { REDIS_URL: url } });

  test('that does not listen gets the advice for Redis', async () => {
    const report = await probeOne(
      `redis: REDIS_URL, ${soon}`,
      undefined,
      withUrl(`redis://127.0.0.1:${await freePort()}`),
    );
    expect(codes(report)).toEqual(['error network/connection-refused']);
    expect(report.checks[0]?.findings[0]?.help).toContain('redis-cli');
  });

  test('is ready when it answers; wrong credentials are an error at once', async () => {
    expect((await probeOne('redis: REDIS_URL', undefined, withUrl(redis.url))).verdict).toBe('passed');
    const wrong = await probeOne('redis: REDIS_URL', undefined, withUrl(redis.url.replace('fake-redis', 'other')));
    expect([wrong.verdict, codes(wrong)]).toEqual(['error', ['error database/redis-refused']]);
    expect(seen(wrong)).not.toContain('other-password');
    const rest = await probeOne('redis: REDIS_URL', undefined, withUrl('https://x.upstash.io'));
    expect(codes(rest)).toEqual(['error database/invalid-redis-url']);
  });

  test('[V11] a queue is ready with its workers, and without failed jobs', async () => {
    const { port, password } = new URL(redis.url);
    const connection = { host: '127.0.0.1', port: Number(port), password };
    const queue = new Queue('emails', { connection });
    onCleanUp(() => queue.close());
    const it = (more: string) => probeOne(`queue: emails, store: REDIS_URL, ${more}`, undefined, withUrl(redis.url));

    await queue.add('waits', {}, { timestamp: Date.now() - 600_000 });
    const idle = await it(`${soon}, oldest: 5m, waiting: 0`);
    expect(codes(idle)).toEqual([
      'error probe/too-few-workers',
      'error probe/queue-backlog',
      'error probe/queue-backlog',
    ]);
    expect(seen(idle)).toMatch(/has 0 workers, expected at least 1.*\n.*1 job waiting.*\n.*has waited for 10 min/);

    const fails = async () => {
      throw new Error('made to fail');
    };
    const workers = [0, 1].map(() => new Worker('emails', fails, { connection }));
    onCleanUp(() => Promise.all(workers.map(worker => worker.close())));
    const jobFailed = Promise.race(workers.map(worker => once(worker, 'failed'))); // either of them takes it
    await Promise.all(workers.map(worker => worker.waitUntilReady()));
    await jobFailed;
    const ready = await it('workers: 2, oldest: 5m, deadline: 5s');
    expect([ready.verdict, ready.checks[0]?.detail]).toEqual(['passed', expect.stringContaining('2 workers')]);
    const failed = await it(`failed: 0, ${soon}`);
    expect(codes(failed)).toEqual(['error probe/failed-jobs']);
    await queue.pause();
    expect(seen(await it(soon))).toContain('is paused');
  }, 20_000);

  test('that nobody has ever used is reported as such', async () => {
    const report = await probeOne(`queue: typo, store: REDIS_URL, ${soon}`, undefined, withUrl(redis.url));
    expect(codes(report)).toEqual(['error probe/unknown-queue']);
  });
});

describe("[T8] the platform's own view", () => {
  test('is ready once it carries the commit', async () => {
    const image = (of: string) => `registry.fly.io/a:${of}`;
    const old = 'a'.repeat(40);
    const fly = await startFly({
      token: 'fm2_not-a-real-token',
      apps: {
        a: { image: image(commit), builds: { [image(commit)]: lightBuild('new'), [image(old)]: lightBuild('old') } },
      },
    });
    onCleanUp(() => fly.stop());
    const variables = {
      FLY_API_TOKEN: 'fm2_not-a-real-token',
      FLY_FLAPS_BASE_URL: fly.flapsUrl,
      FLY_API_BASE_URL: fly.apiUrl,
    };
    const ask = async (of: string) => {
      const text = `services: { api: { platform: fly, app: a, image: "${image(of)}", url: "http://x" } }\nprobe: { api: { it: { deployment: "${of}", ${soon} } } }`;
      const config = parseConfiguration(text, { path: 'c.yml', environment: '', commit: of });
      const context = testContext({ variables });
      return probe(planTargets(config, [], context), context);
    };
    expect((await ask(commit)).verdict).toBe('passed');
    const report = await ask(old);
    expect(codes(report)).toEqual(['error probe/wrong-deployment']);
    expect(seen(report)).toContain(`fly says: ${image(commit)}`);
  });
});

describe('several of which not all have to be ready', () => {
  test('are enough once the quorum is', async () => {
    const up = await serve((_, response) => response.end());
    const down = `http://127.0.0.1:${await freePort()}/`;
    const members = (quorum: number) =>
      `any-of: [{ get: "${up}" }, { get: "${down}", deadline: 100ms }, { get: "${up}" }], quorum: ${quorum}`;
    const enough = await probeOne(members(2));
    expect([enough.verdict, enough.checks[0]?.detail]).toEqual(['passed', '2 of 3 ready, 2 needed']);
    expect(codes(await probeOne(members(3)))).toEqual([
      'error probe/quorum-not-reached',
      'error network/connection-refused',
    ]);
  });

  test('are not enough by those that would only be warned of', async () => {
    const down = `{ get: "http://127.0.0.1:${await freePort()}/", deadline: 100ms, severity: warning }`;
    const report = await probeOne(`any-of: [${down}, ${down}]`);
    expect([report.verdict, report.checks[0]?.detail]).toEqual(['failed', '0 of 2 ready, 1 needed']);
  });
});
