import { createServer, type Server, type ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { commandPlatform } from '../../../src/platforms/command/platform.ts';
import { commits, recordOf, startWorld } from '../../gates/deploy/world.ts';
import { testContext } from '../../support/context.ts';
import { listen, stopServer } from '../../support/listen.ts';
import { codesOf, fastClock, listener, never } from '../support.ts';

type Answer = (response: ServerResponse) => void;
const reset: Answer = response => response.socket?.destroy();
const unavailable: Answer = response => response.writeHead(503).end();

let server: Server;
let url: string;
/** What the next requests meet instead of the version; the last of them all that follow, where it lasts. */
let faults: Answer[];
let lasts: boolean;
let asked: number;

beforeEach(async () => {
  [faults, lasts, asked] = [[], false, 0];
  server = createServer((_request, response) => {
    asked++;
    const fault = faults[0];
    if (!lasts) faults.shift();
    if (fault) fault(response);
    else response.end(commits.old);
  });
  url = await listen(server);
});

afterEach(() => stopServer(server));

function platform(command = 'true') {
  const context = testContext({ clock: fastClock(500), variables: { PATH: process.env.PATH } });
  const service = {
    platform: 'command' as const,
    command,
    env: {},
    live: { get: '/version' },
    url,
    within: 1000,
    after: [],
  };
  return commandPlatform(service, { context, timeout: 5000 });
}

test.each([
  ['cut off', [reset]],
  ['refused by a proxy', [unavailable]],
  ['lost twice', [reset, unavailable]],
])('a service is not down because a request was %s', async (_what, lost) => {
  faults = lost;
  expect(await platform().live(never)).toMatchObject({ deployment: { id: commits.old }, down: false });
});

test('a service is not down because a request after a command that failed was cut off', async () => {
  faults = [reset];
  const change = await platform('exit 3').deploy(commits.good, never, listener());
  expect(change).toMatchObject({ verdict: 'failed', live: { deployment: { id: commits.old }, down: false } });
});

test('a service that does not answer is down, and asked a few times only', async () => {
  [faults, lasts] = [[unavailable], true];
  expect(await platform().live(never)).toMatchObject({ deployment: undefined, down: true });
  expect(asked).toBe(3);
});

test('a deploy that does not know what was live before says so, since no rollback will know it either', async () => {
  const world = await startWorld();
  try {
    [faults, lasts] = [[unavailable], true];
    const configuration = `
services: { app: { platform: command, command: "true", live: { get: /version }, url: "${url}", within: 1s } }`;
    const report = await world.deploy(commits.old, { configuration, variables: { PATH: process.env.PATH ?? '' } });
    const [finding] = listFindings(report);
    expect([finding?.code, finding?.severity, finding?.message]).toEqual([
      'deploy/previous-version-unknown',
      'warning',
      'The gate cannot see which version app runs.',
    ]);
    expect(recordOf(report).services.app?.before).toBeUndefined();

    // Run again, the service runs the release already, and no record knows what it ran before.
    [faults, lasts] = [[], false];
    const configured = { configuration, variables: { PATH: process.env.PATH ?? '' } };
    const again = listFindings(await world.deploy(commits.old, configured));
    expect(codesOf(again)).toContain('deploy/previous-version-unknown');
    expect(again[0]?.message).toContain('knows no earlier version');
  } finally {
    await world.stop();
  }
});
