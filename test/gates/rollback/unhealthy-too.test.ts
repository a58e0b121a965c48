import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { crashes } from '../../support/sample-build.ts';
import { recordOf } from '../deploy/world.ts';
import { commits, type FourWorld, startFourWorld } from './four-world.ts';

let world: FourWorld;

beforeEach(async () => {
  world = await startFourWorld();
});

afterEach(() => world.stop());

const uncaught = crashes(
  'Error: connect ECONNREFUSED 10.0.0.1:5432\n    at load (/app/server.js:3:1)\n\nNode.js v24.21.0',
);

const apiImage = `registry.fly.io/api:${commits.good}`;

/** From now on, the version does not start any more. */
const breaking = {
  api: () => {
    const { images } = world.fly.app('api');
    images.prune(apiImage);
    images.add(apiImage, uncaught);
  },
  billing: () => {
    world.render.service('srv-billing').options.builds[commits.good] = uncaught;
  },
  worker: () => {
    world.railway.service('worker').options.builds[commits.good] = uncaught;
  },
};

test.each([
  ['api', 'platform/machine-not-started'],
  ['billing', 'platform/deploy-failed'],
  ['worker', 'platform/deploy-failed'],
] as const)(
  'a previous version of %s that is unhealthy too: what explains it, and other targets',
  async (name, code) => {
    const services = [name];
    await world.release(commits.good, { services });
    const record = recordOf(await world.release(commits.better, { services }));
    breaking[name]();

    const report = await world.goBack(record, { services });

    expect([report.verdict, report.outputs.result]).toEqual(['failed', 'failed']);
    const finding = listFindings(report).find(one => one.code === code);
    expect(finding?.message).toContain(name);
    expect(finding?.message).toContain(
      'It could not reach its database. Its log says: Error: connect ECONNREFUSED 10.0.0.1:5432 (load (/app/server.js:3:1))',
    );
    expect(finding?.help).toMatch(new RegExp(`^Run the rollback again with \`target: ${name}=`));
    expect(finding?.help).toContain(`The previous version of ${name} is unhealthy too. Check \`DATABASE_URL\``);
    expect(finding?.help).not.toMatch(/[Rr]oll back,|release again/);
    expect(finding?.place).toMatchObject({ path: 'release-gates.yml', line: expect.any(Number) });
  },
);
