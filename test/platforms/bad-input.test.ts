import { afterEach, describe, expect, test } from '@jest/globals';
import type { Platform } from '../../src/platforms/platform.ts';
import type { RecordedRequest } from '../support/emulators/http.ts';
import { platformOn as flyOn, image, startApp } from './fly/fly.ts';
import { platformOn as railwayOn, startEnvironment } from './railway/railway.ts';
import { platformOn as renderOn, startService } from './render/render.ts';
import { codesOf, findingsOf, never } from './support.ts';
import { startProject, platformOn as vercelOn } from './vercel/vercel.ts';

interface Started {
  /** With a token, or of a service that is not there. */
  platform(options?: { token?: string; unknown?: boolean }): Platform;
  requests: RecordedRequest[];
  stop(): Promise<void>;
}

interface Given {
  name: string;
  variable: string;
  /** How a token of its own begins, where the vendor says so. */
  prefix: string;
  start(): Promise<Started>;
  /** What no platform would go back to, by why. */
  targets: Record<string, string>;
}

const platforms: Given[] = [
  {
    name: 'Fly.io',
    variable: 'FLY_API_TOKEN',
    prefix: 'fm2_',
    start: async () => {
      const fly = await startApp();
      return {
        ...fly,
        platform: ({ token, unknown } = {}) =>
          flyOn(fly, {
            ...(token !== undefined && { variables: { FLY_API_TOKEN: token } }),
            ...(unknown && { service: { app: 'unknown' } }),
          }),
      };
    },
    targets: { 'was pruned': image('pruned'), 'is of another app': 'registry.fly.io/other-app:old' },
  },
  {
    name: 'Vercel',
    variable: 'VERCEL_TOKEN',
    prefix: '',
    start: async () => {
      const vercel = await startProject();
      return {
        ...vercel,
        platform: ({ token, unknown } = {}) =>
          vercelOn(vercel, {
            ...(token !== undefined && { variables: { VERCEL_TOKEN: token } }),
            ...(unknown && { service: { project: 'unknown' } }),
          }),
      };
    },
    targets: { 'is not known': 'dpl_unknown' },
  },
  {
    name: 'Render',
    variable: 'RENDER_API_KEY',
    prefix: 'rnd_',
    start: async () => {
      const render = await startService();
      return {
        ...render,
        platform: ({ token, unknown } = {}) =>
          renderOn(render, {
            ...(token !== undefined && { variables: { RENDER_API_KEY: token } }),
            ...(unknown && { service: { service: 'srv-unknown' } }),
          }),
      };
    },
    targets: { 'is not known': 'dep-unknown' },
  },
  {
    name: 'Railway',
    variable: 'RAILWAY_TOKEN',
    prefix: '',
    start: async () => {
      const railway = await startEnvironment();
      return {
        ...railway,
        platform: ({ token, unknown } = {}) =>
          railwayOn(railway, {
            ...(token !== undefined && { variables: { RAILWAY_TOKEN: token } }),
            ...(unknown && { service: { service: 'unknown' } }),
          }),
      };
    },
    targets: { 'is not known': 'unknown' },
  },
];

const foreign = {
  GitHub: ['ghp_', 'github_pat_', 'ghs_'],
  Sentry: ['sntrys_', 'sntryu_'],
  'Fly.io': ['fm2_', 'FlyV1 fm2_', 'fo1_'],
  Render: ['rnd_'],
  Supabase: ['sbp_'],
  npm: ['npm_'],
};

describe.each(platforms)('$name', ({ name, variable, prefix, start, targets }) => {
  let started: Started;

  afterEach(() => started.stop());

  test('names the variable of a token that is missing, and asks for nothing', async () => {
    started = await start();
    expect(() => started.platform({ token: '' })).toThrow(variable);
    expect(started.requests).toEqual([]);
  });

  test('does not accept a token that has expired, and does not show it', async () => {
    started = await start();
    const token = `${prefix}expired-token`;
    const [finding] = await findingsOf(started.platform({ token }).live(never));
    expect(finding).toMatchObject({ code: 'platform/bad-token', message: expect.stringContaining(variable) });
    expect(JSON.stringify(finding)).not.toContain(token);
  });

  const others = Object.entries(foreign).filter(([vendor]) => vendor !== name);
  test.each(others.flatMap(([vendor, all]) => all.map(begins => [vendor, begins] as const)))(
    'sends no token of %s (%s…) anywhere',
    async (vendor, begins) => {
      started = await start();
      const token = `${begins}notARealToken0000`;
      expect(() => started.platform({ token })).toThrow(`${variable} holds a token of ${vendor}, not of ${name}`);
      expect(started.requests).toEqual([]);
    },
  );

  test('does not know a service that is not there', async () => {
    started = await start();
    const findings = await findingsOf(started.platform({ unknown: true }).live(never));
    expect(codesOf(findings)).toEqual(['platform/not-found']);
  });

  test.each(Object.entries(targets))('does not go back to what %s', async (_why, id) => {
    started = await start();
    const obstacles = await started.platform().obstaclesToRollback({ id }, never);
    expect(obstacles.filter(({ severity }) => severity === 'error')).toHaveLength(1);
  });
});
