import { mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { testContext } from '../../support/context.ts';
import { type RunningServer, seenIn, serve, smoke } from './support.ts';

let server: RunningServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoke-run-'));
  await symlink(tmpdir(), join(folder, 'link-out'));
  await symlink('circle', join(folder, 'circle'));
  server = await serve((_request, response) => void response.end('{}'));
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const variables = { PATH: process.env.PATH, TOKEN: 'made-up-secret' };
const run = (step: string, context = testContext({ variables })) =>
  smoke(server.url, `flows:\n  a:\n    - ${step}`, context);

describe('a command of your own', () => {
  test('passes if it exits with 0; its output is folded, redacted and free of workflow commands', async () => {
    const context = testContext({ variables });
    const report = await run(
      '{ run: "echo ::error::$MARK $TOKEN; echo order 7", env: { MARK: "${TOKEN}-x" }, capture: { order: { text: "order (\\\\d+)" } } }',
      context,
    );
    expect(seenIn(report)).toEqual([]);
    const bar = '  │ ';
    expect(context.logged).toEqual([
      '::group::a, step 1: echo ::error::$MARK $TOKEN; echo order 7',
      `${bar}: :error::***-x ***`,
      `${bar}order 7`,
      '::endgroup::',
    ]);
  });

  test('gets no credential of the step but what its text names and `env` passes on', async () => {
    const context = testContext({ variables: { ...variables, VERCEL_TOKEN: 'fake-other-token' } });
    const report = await run('{ run: "env; echo $TOKEN", env: { PASSED: "${TOKEN}" } }', context);
    expect(seenIn(report)).toEqual([]);
    const logged = context.logged.join('\n');
    expect(logged).toContain('PASSED=***');
    expect(logged).toContain('TOKEN=***');
    expect(logged).not.toContain('VERCEL_TOKEN');
  });

  test('prints no captured secret', async () => {
    const context = testContext({ variables });
    const step = '{ run: "echo key-9f8e7d6c", capture: { key: { text: "key-\\\\w+", secret: true } } }';
    expect(seenIn(await run(step, context))).toEqual([]);
    expect(context.logged.join('\n')).not.toContain('9f8e7d6c\n');
    expect(context.logged).toContain('  │ ***');
  });

  test.each([
    [
      'that is not where it should be',
      '{ run: "echo starting; echo made-up-9f8e7d6c", capture: { key: { json: $.key, secret: true } } }',
    ],
    [
      'before the command fails',
      '{ run: "echo made-up-9f8e7d6c; exit 1", capture: { key: { json: $.key, secret: true } } }',
    ],
    ['that is a token', '{ run: "echo eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.9f8e7d6c" }'],
  ])('prints no secret %s', async (_what, step) => {
    const context = testContext({ variables });
    const shown = [...seenIn(await run(step, context)), ...context.logged];
    expect(
      shown
        .join('\n')
        .replaceAll('echo made-up-9f8e7d6c', '')
        .replaceAll(/echo eyJ\S+/g, ''),
    ).not.toContain('9f8e7d6c');
  });

  test.each([
    [
      'exits with another',
      '{ run: "echo nope; exit 3" }',
      'failed',
      'smoke/command-failed at 6: a, step 1 (run echo nope; exit 3): the command exited with 3. Its output ends: nope',
    ],
    ['fails in a pipe', '{ run: "false | cat" }', 'failed', 'the command exited with 1'],
    [
      'does not end',
      '{ run: "sleep 60 & sleep 60", timeout: 100ms }',
      'error',
      'smoke/command-timed-out at 6: a, step 1',
    ],
    [
      'runs in a folder that is not there',
      '{ run: "true", directory: nowhere }',
      'error',
      'smoke/missing-file at 6: a, step 1 runs in nowhere, which is not a folder of the repository.',
    ],
    ['runs in a circle of links', '{ run: "true", directory: circle }', 'error', 'runs in circle: ELOOP'],
    ['runs outside by a link', '{ run: "true", directory: link-out }', 'error', 'which is outside the repository'],
    ['runs outside the repository', '{ run: "true", directory: ../.. }', 'error', 'which is outside the repository'],
  ])('that %s is reported', async (_what, step, verdict, message) => {
    const report = await run(step, testContext({ variables, workspace: folder }));
    expect(report.verdict).toBe(verdict);
    expect(seenIn(report)).toEqual([expect.stringContaining(message)]);
  });

  test('gets captured values as variables only, because in the command they would run as code', async () => {
    const hostile = await serve((_, response) => void response.end('{"id":"$(touch owned) `touch owned`"}'));
    const section = (step: string) => `flows:\n  a:\n    - { get: /, capture: { id: $.id } }\n    - ${step}`;
    const report = await smoke(
      hostile.url,
      section('{ run: "printf %s \\"$ID\\"", env: { ID: "${id}" }, capture: { same: { text: ".+" } } }'),
      testContext({ variables }),
    );
    expect(seenIn(report)).toEqual([]);
    hostile.asked.length = 0;
    const inCommand = smoke(hostile.url, section('{ run: "echo ${id} ${TOKEN}" }'), testContext({ variables }));
    await expect(inCommand).rejects.toThrow(
      'a, step 2 has ${id} in its command, where the value would run as code. Pass it as a variable: `env: { ID: "${id}" }`, and write "$ID" in the command.',
    );
    expect(hostile.asked).toEqual([]);
    await hostile.stop();
  });

  test('reads its own variables, which never become part of its text', async () => {
    const context = testContext({ variables: { ...variables, QUOTED: `a'; echo "$(id)` } });
    const report = await run(
      '{ run: "test \\"${QUOTED}\\" = \\"$QUOTED\\" && echo fine", capture: { it: { text: fine } } }',
      context,
    );
    expect(seenIn(report)).toEqual([]);
    expect(context.logged[0]).toBe('::group::a, step 1: test "${QUOTED}" = "$QUOTED" && echo fine');
  });

  test('that leaves a process with its output open is not waited for', async () => {
    const context = testContext({ variables });
    const report = await run('{ run: "sleep 600 & echo left $!" }', context);
    process.kill(Number(/left (\d+)/.exec(context.logged.join('\n'))?.[1]));
    expect(seenIn(report)).toEqual([]);
  });

  test('does not start after a cancellation', async () => {
    const controller = new AbortController();
    const lastReadBeforeItBegins: ProxyHandler<typeof variables> = {
      ownKeys: all => {
        controller.abort(new Error('cancelled'));
        return Reflect.ownKeys(all);
      },
    };
    const context = testContext({
      variables: new Proxy(variables, lastReadBeforeItBegins),
      signal: controller.signal,
    });
    const report = await run('{ run: "sleep 60" }', context);
    expect(seenIn(report)).toEqual([expect.stringContaining('gate/cancelled')]);
  });

  test('with a long output is shown from a whole line on', async () => {
    const context = testContext({ variables });
    await run('{ run: "printf %600000s x; echo; echo end" }', context);
    expect(context.logged.slice(1)).toEqual(['  │ (the beginning is left out)', '  │ end', '::endgroup::']);
  });

  test('with a line that is longer than what is kept never shows half a secret', async () => {
    const context = testContext({ variables });
    const report = await run('{ run: "printf %524275s x; printf %s $TOKEN; printf %524275s x; exit 1" }', context);
    expect(context.logged.slice(1, 3)).toEqual(['  │ (the beginning is left out)', '::endgroup::']);
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  test('ends with a run that is cancelled', async () => {
    const controller = new AbortController();
    const context = testContext({ variables, signal: controller.signal });
    setTimeout(() => controller.abort(new Error('cancelled')), 50);
    const report = await run('{ run: "sleep 60" }', context);
    expect(seenIn(report)).toEqual([expect.stringContaining('gate/cancelled')]);
  });
});
