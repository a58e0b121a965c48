import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { explainLog } from '../../../src/platforms/failure-log/explain-log.ts';
import { recognizeFailure } from '../../../src/platforms/failure-log/known-failures.ts';

const explain = (log: string) => explainLog(log.split('\n'));

/** What this Node.js writes about a program that ends. */
function runNode(program: string): string {
  const { stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  return stderr;
}

describe('the log of a program that did not start', () => {
  test('Node.js: is explained by the error, not by the last line', () => {
    const log = runNode(
      `function load() { throw new Error('DATABASE_URL is not set'); }\nfunction main() { load(); }\nmain();`,
    );
    expect(log.trim().split('\n').at(-1)).toMatch(/^Node\.js v/);
    const explained = explain(log);
    expect(explained?.error).toBe('Error: DATABASE_URL is not set');
    expect(explained?.frames).toEqual([
      expect.stringMatching(/^load \(file:.*:1:\d+\)$/),
      expect.stringMatching(/^main \(file:.*:2:\d+\)$/),
      expect.stringMatching(/^file:.*:3:1$/),
    ]);
  });

  test('Node.js: an error of a socket, whose frames are all of Node.js', () => {
    const log = runNode(
      `import net from 'node:net'; await new Promise((_, no) => net.connect(1, '127.0.0.1').on('error', no));`,
    );
    expect(explain(log)).toEqual({ error: 'Error: connect ECONNREFUSED 127.0.0.1:1', frames: [] });
  });

  test('Node.js: the cause', () => {
    const log = runNode(`try { JSON.parse('{') } catch (cause) { throw new Error('No configuration', { cause }) }`);
    expect(explain(log)?.error).toMatch(/^Error: No configuration \(caused by SyntaxError: .* in JSON.*\)$/);
  });

  test('Node.js: a reason that is no error', () => {
    expect(explain(runNode(`Promise.reject('no configuration')`))?.error).toContain('"no configuration"');
  });

  test('Node.js: a message of several lines, as of Prisma', () => {
    const log = `Server starts
/app/node_modules/@prisma/client/runtime/library.js:121
PrismaClientInitializationError: 
Invalid \`prisma.user.findMany()\` invocation:


Can't reach database server at \`db.example.com:5432\`
    at Bn.handleRequestError (/app/node_modules/@prisma/client/runtime/library.js:121:7568)
    at async start (/app/dist/server.js:14:3) {
  clientVersion: '6.1.0'
}

Node.js v24.21.0`;
    const explained = explain(log);
    expect(explained?.error).toMatch(/^PrismaClientInitializationError: .*Can't reach database server/);
    expect(explained?.frames).toEqual(['async start (/app/dist/server.js:14:3)']);
  });

  // Written by Python 3.13, Go 1.24 and Java 17; of Ruby 3.4 as its documentation shows.
  test.each([
    [
      'Python',
      `Traceback (most recent call last):
  File "/app/main.py", line 6, in main
    load()
  File "/app/main.py", line 3, in load
    return os.environ['DATABASE_URL']
           ~~~~~~~~~~^^^^^^^^^^^^^^^^
  File "<frozen os>", line 679, in __getitem__
KeyError: 'DATABASE_URL'`,
      "KeyError: 'DATABASE_URL'",
      ['/app/main.py:3', '/app/main.py:6'],
    ],
    [
      'Go',
      `panic: DATABASE_URL is not set

goroutine 1 [running]:
main.load(...)
	/app/main.go:3
main.main()
	/app/main.go:4 +0x3e
exit status 2`,
      'panic: DATABASE_URL is not set',
      ['/app/main.go:3', '/app/main.go:4'],
    ],
    [
      'Ruby',
      `/app/config.rb:3:in 'Hash#fetch': key not found: "DATABASE_URL" (KeyError)
	from /usr/local/lib/ruby/3.4.0/env.rb:9:in 'Env.read'
	from /app/main.rb:7:in '<main>'`,
      'key not found: "DATABASE_URL" (KeyError)',
      ['/app/config.rb:3', '/app/main.rb:7'],
    ],
    [
      'JVM',
      `Exception in thread "main" java.lang.RuntimeException: Cannot start
	at com.acme.Main.main(Main.java:2)
Caused by: java.lang.IllegalStateException: DATABASE_URL is not set
	at com.acme.Main.load(Main.java:1)
	at com.acme.Main.main(Main.java:2)
	at java.base/java.lang.reflect.Method.invoke(Method.java:569)
	... 7 more`,
      'java.lang.RuntimeException: Cannot start (caused by java.lang.IllegalStateException: DATABASE_URL is not set)',
      ['com.acme.Main.load(Main.java:1)', 'com.acme.Main.main(Main.java:2)'],
    ],
    ['no runtime', 'Starting\nFATAL: port 8080 refused\nexit status 1\n', 'FATAL: port 8080 refused', []],
    ['nothing that complains', 'Starting\nListening on 8080\n', 'Listening on 8080', []],
  ])('%s', (_, log, error, frames) => {
    expect(explain(log)).toEqual({ error, frames });
  });

  test('says nothing if it is empty', () => {
    expect(explain('\n\n')).toBeUndefined();
  });
});

describe('a known failure', () => {
  test.each([
    ['database', "Can't reach database server at `db:5432`"],
    ['database', 'Error: connect ECONNREFUSED 10.0.0.1:5432'],
    [
      'database',
      'psycopg2.OperationalError: connection to server at "db" (10.0.0.1), port 5432 failed: Connection refused',
    ],
    ['database', 'FATAL: password authentication failed for user "app"'],
    ['Redis', 'Error: connect ECONNREFUSED 127.0.0.1:6379'],
    ['migration', 'Error: P3009 migrate found failed migrations in the target database'],
    ['port', 'Error: listen EADDRINUSE: address already in use 0.0.0.0:8080'],
    ['variable', 'Error: DATABASE_URL is not set'],
    ['variable', "KeyError: 'DATABASE_URL'"],
    ['variable', 'key not found: "DATABASE_URL" (KeyError)'],
    ['variable', 'error: Environment variable not found: DATABASE_URL.'],
    ['memory', 'FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory'],
    ['image', 'manifest unknown: manifest tagged by "abc" is not found'],
    [
      'health check',
      'Machine 1 was not healthy: servicecheck is critical (HTTP GET http://10.0.0.1/up: 404 Not Found).',
    ],
  ])('is recognized: %s', (what, text) => {
    const failure = recognizeFailure(text);
    expect(failure?.what).toContain(what);
    expect(failure?.help).toMatch(/^[A-Z]/);
  });

  test.each(['TypeError: x is not a function', 'Error: the order 404 is missing', 'SyntaxError: Unexpected token'])(
    'is not made up: %s',
    text => {
      expect(recognizeFailure(text)).toBeUndefined();
    },
  );
});
