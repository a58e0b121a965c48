import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { codesOf, slowState } from '../../platforms/support.ts';
import type { Fault } from '../../support/emulators/faults.ts';
import { type BareProcess, startGate } from '../../support/run-built.ts';
import { commits, everywhere, type FourWorld, startFourWorld } from './four-world.ts';

interface Building {
  vendor: 'render' | 'railway' | 'vercel';
  service: string;
  /** The status of its newest deployment. */
  status(): string | undefined;
  cancels: Pick<Fault, 'on' | 'body'>;
}

const all: Building[] = [
  {
    vendor: 'render',
    service: 'billing',
    status: () => world.render.service('srv-billing').deploys[0]?.status,
    cancels: { on: /\/cancel$/ },
  },
  {
    vendor: 'railway',
    service: 'worker',
    status: () => world.railway.service('worker').deployments[0]?.status,
    cancels: { body: /deploymentCancel/ },
  },
  {
    vendor: 'vercel',
    service: 'web',
    status: () => world.vercel.project('web').deployments.at(-1)?.state,
    cancels: { on: /\/cancel/ },
  },
];

let world: FourWorld;
let gate: BareProcess | undefined;

beforeEach(async () => {
  world = await startFourWorld({ state: slowState });
});

afterEach(async () => {
  gate?.remove();
  await world.stop();
});

/** A built deploy that is killed while the platform builds the service. */
async function killDeploy(service: string): Promise<void> {
  const env = { ...world.step, INPUT_COMMIT: commits.good, INPUT_SERVICES: service };
  const started = startGate('deploy', { config: world.configuration, env });
  gate = started;
  const isBuilding = new RegExp(`${service}: \\S+ is [A-Za-z_]+\\.`);
  while (!isBuilding.test(started.printed())) {
    if (started.child.exitCode !== null) throw new Error(started.printed());
    await new Promise(resolve => setTimeout(resolve, 5));
  }
  started.child.kill('SIGKILL');
  await started.ended;
}

describe.each(all)('a rollback by hand of a release that was killed while $vendor built it', building => {
  const { vendor, service, status, cancels } = building;

  test('cancels the build, so that it never goes live', async () => {
    await killDeploy(service);

    const report = await world.goBack();

    expect([report.verdict, report.outputs.result]).toEqual(['passed', 'verified']);
    expect(report.headline).toBe(`Cancelled what was on its way: ${service}. ${service} is already there.`);
    expect(codesOf(listFindings(report))).toContain('rollback/unfinished-ended');
    expect(status()).toMatch(/^(canceled|REMOVED|CANCELED)$/);
    expect(await world.versions()).toEqual(everywhere('old'));
  });

  test('is not verified if the platform does not cancel it', async () => {
    await killDeploy(service);
    const answer = { status: 403, body: { message: 'no', error: { message: 'no' }, errors: [{ message: 'no' }] } };
    world[vendor].fail({ ...cancels, answer, times: Number.POSITIVE_INFINITY });
    const report = await world.goBack();
    expect([report.verdict, report.outputs.result]).toEqual(['error', 'failed']);
    expect(codesOf(listFindings(report))).toContain('rollback/still-under-way');
  });
});
