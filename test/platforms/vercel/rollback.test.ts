import { afterEach, describe, expect, test } from '@jest/globals';
import type { VercelEmulator } from '../../support/emulators/vercel/index.ts';
import { codesOf, findingsOf, listener, never, slowState } from '../support.ts';
import { commits, countOf, deploymentOf, liveOn, platformOn, rollbacks, startProject } from './vercel.ts';

let vercel: VercelEmulator;

afterEach(() => vercel.stop());

const older = () => ({ id: deploymentOf(vercel, commits.older).id });
const rollBack = (factor = 50) =>
  platformOn(vercel, { factor }).rollback(older(), 'the checkout is broken', never, listener());

describe('a rollback on Vercel', () => {
  test('moves the domain, without a build, and tells that assignment is off from now on', async () => {
    vercel = await startProject();
    const change = await rollBack();
    expect(change).toMatchObject({ verdict: 'passed', live: { deployment: { commit: commits.older } } });
    expect(codesOf(change.findings)).toEqual(['platform/auto-assignment-off']);
    expect(liveOn(vercel).request.commit).toBe(commits.older);
    expect(vercel.requests.some(({ path }) => path.includes('description=the+checkout+is+broken'))).toBe(true);
  });

  test('is found again when its answer is lost, and not asked for twice', async () => {
    vercel = await startProject();
    vercel.fail({ on: rollbacks, answer: 'lose-answer' });
    const change = await rollBack();
    expect(change.verdict).toBe('passed');
    expect(countOf(vercel, rollbacks)).toBe(1);
  });

  test('that never arrived is not known to have, and not asked for twice', async () => {
    vercel = await startProject();
    vercel.fail({ on: rollbacks, answer: 'reset' });
    expect(codesOf(await findingsOf(rollBack()))).toEqual(['platform/uncertain']);
    expect(countOf(vercel, rollbacks)).toBe(1);
    expect(liveOn(vercel).request.commit).toBe(commits.old);
  });

  test('does not take an earlier rollback to the same target for its own', async () => {
    vercel = await startProject();
    const project = vercel.project('web');
    await rollBack();
    await platformOn(vercel).deploy(commits.good, never, listener());
    project.lastAliasRequest = {
      type: 'rollback',
      jobStatus: 'succeeded',
      fromDeploymentId: null,
      toDeploymentId: older().id,
      requestedAt: Date.now() - 1000,
    };
    vercel.fail({ on: rollbacks, answer: 'reset' });
    expect(codesOf(await findingsOf(rollBack()))).toEqual(['platform/uncertain']);
  });

  test('does not take the promotion of another for its own end', async () => {
    vercel = await startProject({}, { alias: slowState });
    const project = vercel.project('web');
    const change = rollBack(300);
    while (project.lastAliasRequest?.type !== 'rollback') await new Promise(resolve => setTimeout(resolve, 5));
    project.lastAliasRequest = { ...project.lastAliasRequest, type: 'promote', jobStatus: 'succeeded' };
    expect(codesOf((await change).findings)).toEqual(['platform/overtaken']);
  });

  test.each(['failed', 'skipped', 'stuck'] as const)('that ends as %s fails, with what is live', async fault => {
    vercel = await startProject();
    vercel.project('web').failNextAliasJob(fault);
    const change = await rollBack(500);
    expect(change).toMatchObject({ verdict: 'failed', live: { deployment: { commit: commits.old } } });
    expect(codesOf(change.findings)).toContain('platform/domains-not-moved');
    if (fault === 'failed') expect(change.findings[0]?.message).toContain('failed for app.example.com');
  });

  test('beyond the previous deployment is refused on the Hobby plan, with the reason', async () => {
    vercel = await startProject({ plan: 'hobby', history: [commits.older, commits.good] });
    const findings = await findingsOf(rollBack());
    expect(findings).toMatchObject([
      { code: 'platform/plan-limit', message: expect.stringContaining('upgrade to pro') },
    ]);
  });

  test('is refused while another is going on', async () => {
    vercel = await startProject({}, { alias: slowState });
    vercel.project('web').rollback(deploymentOf(vercel, commits.older), undefined);
    expect(codesOf(await findingsOf(rollBack()))).toEqual(['platform/domains-busy']);
  });

  test('to what never served production is refused', async () => {
    vercel = await startProject();
    deploymentOf(vercel, commits.older).promoted = false;
    expect(codesOf(await findingsOf(rollBack()))).toEqual(['platform/not-a-candidate']);
  });
});

describe('what speaks against a rollback on Vercel', () => {
  const obstacles = async (id: string) => codesOf(await platformOn(vercel).obstaclesToRollback({ id }, never));

  test('is nothing for a deployment that was live', async () => {
    vercel = await startProject();
    expect(await obstacles(older().id)).toEqual([]);
  });

  test('is that it was deleted', async () => {
    vercel = await startProject();
    expect(await obstacles('dpl_deleted')).toEqual(['platform/not-a-candidate']);
  });

  test('is that it was never live', async () => {
    vercel = await startProject();
    deploymentOf(vercel, commits.older).promoted = false;
    expect(await obstacles(older().id)).toEqual(['platform/not-a-candidate']);
  });

  test('is that it was only a preview, or never built', async () => {
    vercel = await startProject();
    const { request } = liveOn(vercel);
    const preview = vercel.project('web').deploy({ ...request, target: null });
    expect(await obstacles(preview.id)).toEqual(['platform/not-a-candidate']);
    expect(countOf(vercel, rollbacks)).toBe(0);
  });
});

describe('what is live on Vercel', () => {
  test('is what the domain leads to, also when the project says otherwise after a rollback', async () => {
    vercel = await startProject();
    await rollBack();
    expect(vercel.project('web').productionTarget?.request.commit).toBe(commits.old);
    const { deployment } = await platformOn(vercel).live(never);
    expect(deployment).toMatchObject({ id: older().id, commit: commits.older });
  });

  test('cannot be told of a domain that no project has', async () => {
    vercel = await startProject();
    const findings = await findingsOf(platformOn(vercel, { service: { domain: 'other.example.com' } }).live(never));
    expect(findings).toMatchObject([
      { code: 'platform/not-found', message: expect.stringContaining('other.example.com') },
    ]);
  });

  test('cannot be told of a domain of another project', async () => {
    vercel = await startProject();
    const body = { deploymentId: 'dpl_other', projectId: 'prj_other' };
    vercel.fail({ on: /^GET \/v4\/aliases/, answer: { status: 200, body } });
    expect(codesOf(await findingsOf(platformOn(vercel).live(never)))).toEqual(['platform/foreign-domain']);
  });

  test('cannot be told of a domain that only redirects, and names where to', async () => {
    vercel = await startProject();
    const body = { deploymentId: null, projectId: 'prj_web', redirect: 'www.example.com' };
    vercel.fail({ on: /^GET \/v4\/aliases/, answer: { status: 200, body } });
    const findings = await findingsOf(platformOn(vercel).live(never));
    expect(findings).toMatchObject([
      { code: 'platform/redirecting-domain', message: expect.stringContaining('www.example.com') },
    ]);
  });

  test('is nothing where nothing was ever deployed to production', async () => {
    vercel = await startProject();
    vercel.project('web').aliases.clear();
    vercel.project('web').productionTarget = undefined;
    expect(await platformOn(vercel).live(never)).toEqual({ deployment: undefined, others: [], down: false });
  });
});
