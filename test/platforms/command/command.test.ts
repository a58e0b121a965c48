import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type CommandService, serviceSchema } from '../../../src/config/schema/services.ts';
import type { GateContext } from '../../../src/core/context.ts';
import { commandPlatform } from '../../../src/platforms/command/platform.ts';
import type { Platform } from '../../../src/platforms/platform.ts';
import { testContext } from '../../support/context.ts';
import { listen, stopServer } from '../../support/listen.ts';
import { codesOf, fastClock, findingsOf, isGone, listener, never } from '../support.ts';

const old = 'a'.repeat(40);
const good = 'b'.repeat(40);
let folder: string;
let server: Server;
let url: string;
/** How often the service still answers 404. */
let missing: number;

/** The service tells what stands in a file, which the commands write. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-gates-command-'));
  await writeFile(join(folder, 'version'), old);
  missing = 0;
  server = createServer(async (request, response) => {
    const version = await readFile(join(folder, 'version'), 'utf8');
    if (missing-- > 0) response.writeHead(404).end();
    else if (version === 'down') response.writeHead(503).end();
    else if (version === 'gone') response.writeHead(404).end();
    else if (version === 'moved') response.writeHead(302, { location: '/login' }).end('Found');
    else if (request.url === '/version.json') response.end(JSON.stringify({ build: { commit: version } }));
    else response.setHeader('x-version', version).end(request.url === '/version' ? version : 'hello');
  });
  url = await listen(server);
});

afterEach(async () => {
  await stopServer(server);
  await rm(folder, { recursive: true });
});

function contextOf(): GateContext {
  const variables = { PATH: process.env.PATH, SECRET: 'not-a-real-secret' };
  return testContext({ clock: fastClock(500), workspace: folder, variables });
}

function platform(service: Partial<Record<keyof CommandService, unknown>> = {}, context = contextOf()): Platform {
  const whole = serviceSchema.parse({
    platform: 'command',
    command: 'echo "deploying $RELEASE_COMMIT"; printf %s "$RELEASE_COMMIT" > version',
    'rollback-command': 'printf %s "$RELEASE_TARGET" > version',
    live: { get: '/version' },
    url,
    ...service,
  });
  if (whole.platform !== 'command') throw new TypeError('It is one of a command.');
  return commandPlatform(whole, { context, timeout: 5000 });
}

describe('the commands', () => {
  const dump = 'env | cut -d= -f1 | sort > names; printf %s "$RELEASE_COMMIT" > version';

  test('get no credential of the step but what their text names and `env` passes on', async () => {
    const variables = {
      PATH: process.env.PATH,
      OTHER_TOKEN: 'fake-other',
      API_TOKEN: 'fake-token',
      NAMED_TOKEN: 'fake',
    };
    const context = testContext({ clock: fastClock(500), workspace: folder, variables });
    const env = { GIVEN_TOKEN: '${API_TOKEN}' };
    const change = await platform({ command: `: $NAMED_TOKEN; ${dump}`, env }, context).deploy(good, never, listener());
    expect(change.verdict).toBe('passed');
    const names = (await readFile(join(folder, 'names'), 'utf8')).split('\n');
    expect(names).toEqual(expect.arrayContaining(['GIVEN_TOKEN', 'NAMED_TOKEN', 'RELEASE_COMMIT', 'RELEASE_URL']));
    expect(names).not.toEqual(expect.arrayContaining(['OTHER_TOKEN']));
    expect(names).not.toEqual(expect.arrayContaining(['API_TOKEN']));
  });

  test('do not start without a variable that `env` needs', async () => {
    const service = platform({ env: { GIVEN_TOKEN: '${NOT_SET}' } });
    expect(codesOf(await service.obstaclesToDeploy(good, never))).toEqual(['config/unset-variable']);
    expect(codesOf(await service.obstaclesToRollback({ id: old }, never))).toEqual(['config/unset-variable']);
  });

  test('that fail say how to pass a variable on', async () => {
    const change = await platform({ command: 'exit 3' }).deploy(good, never, listener());
    expect(change.findings[0]?.help).toContain('env: { API_TOKEN: "${API_TOKEN}" }');
  });
});

describe('a service that commands deploy', () => {
  test.each([
    ['its answer', { get: '/version' }],
    ['a place in its JSON', { get: '/version.json', json: '$.build.commit' }],
    ['a header', { get: '/', header: 'X-Version' }],
  ])('tells what is live in %s', async (_where, live) => {
    expect(await platform({ live }).live(never)).toMatchObject({ deployment: { id: old, commit: old }, down: false });
  });

  test.each([
    ['a page that is not there', { get: '/version.json', json: '$.nothing' }],
    ['no JSON', { get: '/version', json: '$.commit' }],
    ['no such header', { get: '/', header: 'x-other' }],
  ])('does not tell it in %s', async (_where, live) => {
    expect(codesOf(await findingsOf(platform({ live }).live(never)))).toEqual(['platform/version-unknown']);
  });

  test('is down when it does not answer, or says that it cannot', async () => {
    await writeFile(join(folder, 'version'), 'down');
    expect(await platform().live(never)).toMatchObject({ deployment: undefined, down: true });
    expect(await platform({ url: 'http://127.0.0.1:1' }).live(never)).toMatchObject({ down: true });
  });

  test('is deployed, shows what the command says, and is asked again', async () => {
    const progress = listener();
    const change = await platform().deploy(good, never, progress);
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: good } } });
    expect(progress.said).toEqual([`deploying ${good}`]);
    expect(platform().carries(change.live, good)).toBe(true);
  });

  test('is waited for when it comes up after the command has ended', async () => {
    const command = '(sleep 0.05; printf %s "$RELEASE_COMMIT" > version) > /dev/null 2>&1 &';
    expect(await platform({ command }).deploy(good, never, listener())).toMatchObject({ verdict: 'passed' });
  });

  test('has failed when the command has, with its last line', async () => {
    const change = await platform({ command: 'echo "no space left" >&2; false | cat' }).deploy(good, never, listener());
    expect(change).toMatchObject({ verdict: 'failed', live: { deployment: { commit: old } } });
    expect(change.findings).toMatchObject([
      { code: 'platform/command-failed', message: expect.stringMatching(/status 1.*no space left/) },
    ]);
  });

  test('has failed with a last line in which a secret is hidden, also where the line is cut', async () => {
    const command = `printf '%0190d' 0; echo " token not-a-real-secret"; exit 1`;
    const context = contextOf();
    context.redactor.add('not-a-real-secret');
    const [finding] = (await platform({ command }, context).deploy(good, never, listener())).findings;
    expect(finding?.message).toMatch(/0 token/);
    expect(finding?.message).not.toContain('not');
  });

  test('has failed when the command says well and another version answers', async () => {
    const change = await platform({ command: 'true', within: '1s' }).deploy(good, never, listener());
    expect([change.verdict, ...codesOf(change.findings)]).toEqual(['failed', 'platform/not-live']);
  });

  test('has failed when the command has, also where the service does not tell its version any more', async () => {
    const command = 'printf gone > version; echo "migration failed"; exit 3';
    const change = await platform({ command }).deploy(good, never, listener());
    expect([change.verdict, change.findings[0]?.code]).toEqual(['failed', 'platform/command-failed']);
    expect(change.findings[0]?.message).toContain('status 3');
  });

  test('is waited for while it does not tell its version yet', async () => {
    missing = 3;
    expect(await platform().deploy(good, never, listener())).toMatchObject({ verdict: 'passed' });
    expect(missing).toBeLessThan(0);
  });

  test('has failed when it does not come to tell its version', async () => {
    const change = await platform({ command: 'printf gone > version', within: '1s' }).deploy(good, never, listener());
    expect([change.verdict, ...codesOf(change.findings)]).toEqual(['failed', 'platform/version-unknown']);
  });

  test('does not tell its version where it only leads elsewhere', async () => {
    await writeFile(join(folder, 'version'), 'moved');
    expect(codesOf(await findingsOf(platform().live(never)))).toEqual(['platform/version-unknown']);
  });

  test('is done when its command is, whatever that has left running', async () => {
    const command = 'sleep 60 & echo $! > pid; printf %s "$RELEASE_COMMIT" > version';
    const change = await platform({ command }).deploy(good, never, listener());
    expect(change.verdict).toBe('passed');
    process.kill(Number(await readFile(join(folder, 'pid'), 'utf8')));
  });

  test('goes back by its own command', async () => {
    await platform().deploy(good, never, listener());
    const change = await platform().rollback({ id: old, commit: old }, 'bad', never, listener());
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: old } } });
    expect(platform().runs(change.live, { id: old })).toBe(true);
  });

  test('cannot go back without one, which is known before anything changes', async () => {
    const without = platform({ 'rollback-command': undefined });
    expect(codesOf(await without.obstaclesToRollback({ id: old }, never))).toEqual(['platform/not-restorable']);
  });

  test('ends with all that it has started when it is cancelled', async () => {
    const controller = new AbortController();
    const command = 'sleep 60 & echo $! > pid; echo started; wait';
    const progress = listener();
    progress.quote = () => controller.abort(new Error('cancelled'));
    await expect(platform({ command }).deploy(good, controller.signal, progress)).rejects.toThrow('cancelled');
    const pid = (await readFile(join(folder, 'pid'), 'utf8')).trim();
    expect(await isGone(Number(pid))).toBe(true);
  });

  test('is not begun when it was cancelled before', async () => {
    const aborted = AbortSignal.abort(new Error('cancelled'));
    await expect(platform().deploy(good, aborted, listener())).rejects.toThrow('cancelled');
    expect(await readFile(join(folder, 'version'), 'utf8')).toBe(old);
  });

  test('has no variables that could be read', async () => {
    expect(codesOf(await findingsOf(platform().variables(never)))).toEqual(['platform/no-variables']);
  });
});
