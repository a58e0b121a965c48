import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { recordOf } from '../deploy/world.ts';
import { commits, type FourWorld, startFourWorld } from './four-world.ts';

let world: FourWorld;

beforeEach(async () => {
  world = await startFourWorld({ state: 30 });
});

afterEach(() => world.stop());

/** What someone else does on the platform while the gate changes a service, and how their deployment is called. */
interface Someone {
  what: string;
  service: string;
  /** Returns the id of their deployment. */
  deploys(): string;
  /** Whether the platform keeps their deployment from the users after a rollback. */
  isHeldByRollback?: boolean;
}

const push = (commit: string) => {
  const meta = { githubCommitSha: commit };
  const request = { project: 'web', commit, ref: 'main', target: 'production', source: 'git' } as const;
  return world.vercel.project('web').deploy({ ...request, autoAssignCustomDomains: true, meta }).id;
};

const others: Someone[] = [
  {
    what: 'a push to Render, which cancels the deploy of the gate',
    service: 'billing',
    deploys: () => world.render.service('srv-billing').push(commits.better).id,
  },
  {
    what: 'a deploy on the dashboard of Render',
    service: 'billing',
    deploys: () => world.render.service('srv-billing').deploy(commits.better, 'manual').id,
  },
  {
    what: 'a deployment on Railway',
    service: 'worker',
    deploys: () => world.railway.service('worker').deploy(commits.better).id,
  },
  { what: 'a push to Vercel', service: 'web', deploys: () => push(commits.better), isHeldByRollback: true },
];

/** Whether what the gate said holds, ten seconds later too. */
async function expectHonest(report: GateReport, service: string, theirs: string): Promise<void> {
  expect(theirs).not.toBe('');
  await sleep(400);
  expect((await world.versions())[service]).toBe('better');
  expect(report.verdict).toBe('inconclusive');
  const codes = listFindings(report).map(({ code }) => code);
  expect(codes.some(code => ['platform/overtaken', 'platform/superseded'].includes(code))).toBe(true);
  const messages = listFindings(report)
    .map(({ message }) => message)
    .join('\n');
  expect(messages).toContain(theirs);
  expect(messages).toContain('ccccccc');
}

describe.each(others)('$what', ({ service, deploys, isHeldByRollback }) => {
  /** Early in the change, and later. */
  test.each([0, 1])('during a deploy (%i)', async nth => {
    let theirs = '';
    let said = 0;
    const report = await world.release(commits.good, {
      services: [service],
      onLog: text => {
        if (!text.startsWith(`${service}: `) || !/ is \w+\.$/.test(text)) return;
        if (said++ === nth) theirs = deploys();
      },
    });
    await expectHonest(report, service, theirs);
  });

  test.each([0, 1])('during a rollback (%i)', async nth => {
    const record = recordOf(await world.release(commits.good, { services: [service] }));
    let theirs = '';
    let said = 0;
    const report = await world.goBack(record, {
      services: [service],
      onLog: text => {
        if (!text.startsWith(`${service}: `)) return;
        if (said++ === nth) theirs = deploys();
      },
    });
    if (!isHeldByRollback) return expectHonest(report, service, theirs);
    await sleep(400);
    expect([report.outputs.result, (await world.versions())[service]]).toEqual(['verified', 'old']);
  });
});
