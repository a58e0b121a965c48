import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { Service } from '../../src/config/schema/services.ts';
import type { Deployment } from '../../src/core/record.ts';
import { findProfile } from '../../src/platforms/create-platform.ts';
import * as onRailway from './railway/railway.ts';
import * as onRender from './render/render.ts';
import { never } from './support.ts';

/** The command that a person is told to type. */
function commandFor(service: object, target: Deployment): string {
  const declared = service as Service;
  const [, command = ''] = /`([^`]+)`/.exec(findProfile(declared).explainGoingBack(declared, target)) ?? [];
  return command;
}

async function type(command: string, env: Record<string, string>): Promise<void> {
  await promisify(execFile)('sh', ['-ec', `${command} --fail --silent --show-error`], {
    env: { ...process.env, ...env },
  });
}

let stop: () => Promise<void> = async () => {};
afterEach(() => stop());

describe('going back by hand, as a person is told to,', () => {
  test('works on Render', async () => {
    const render = await onRender.startService();
    stop = () => render.stop();
    const platform = onRender.platformOn(render);
    const [target] = await platform.candidates(await platform.live(never), never);
    if (target === undefined) throw new TypeError('a deploy was live before');
    const command = commandFor({ platform: 'render', service: 'srv-api' }, target);
    await type(command.replace('https://api.render.com/v1/', render.host), { RENDER_API_KEY: onRender.apiKey });
    expect(render.service('srv-api').deploys[0]).toMatchObject({ trigger: 'rollback' });
  });

  test('works on Railway', async () => {
    const railway = await onRailway.startEnvironment();
    stop = () => railway.stop();
    const platform = onRailway.platformOn(railway);
    const [target] = await platform.candidates(await platform.live(never), never);
    if (target === undefined) throw new TypeError('a deployment was live before');
    const command = commandFor({ platform: 'railway' }, target);
    const known = railway.service('worker').deployments.length;
    await type(command.replace('https://backboard.railway.com/graphql/v2', railway.apiUrl), {
      RAILWAY_TOKEN: onRailway.projectToken,
    });
    expect(railway.service('worker').deployments.length).toBe(known + 1);
  });
});

test.each([
  [
    { platform: 'fly', app: 'shop' },
    { id: 'registry.fly.io/shop:v1' },
    'fly deploy --image registry.fly.io/shop:v1 -a shop',
  ],
  [{ platform: 'vercel', team: 'acme' }, { id: 'dpl_1' }, 'npx vercel rollback dpl_1 --yes --scope acme'],
  [
    { platform: 'command', 'rollback-command': './back "$RELEASE_TARGET"' },
    { id: 'v1' },
    `RELEASE_TARGET=v1 sh -c './back "$RELEASE_TARGET"'`,
  ],
])('it is one command: %j', (service, target, command) => {
  expect(commandFor(service, target)).toBe(command);
});

test('an id from elsewhere never becomes a command of its own', () => {
  const id = `dpl'; touch /tmp/pwned; '`;
  expect(commandFor({ platform: 'vercel' }, { id })).toBe(
    String.raw`npx vercel rollback 'dpl'\''; touch /tmp/pwned; '\''' --yes`,
  );
});
