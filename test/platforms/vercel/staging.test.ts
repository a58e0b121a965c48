import { afterEach, describe, expect, test } from '@jest/globals';
import type { Change, Staging } from '../../../src/platforms/platform.ts';
import type { VercelEmulator } from '../../support/emulators/vercel/index.ts';
import { codesOf, findingsOf, listener, never, slowState } from '../support.ts';
import { commits, countOf, creations, deploymentOf, liveOn, platformOn, promotions, startProject } from './vercel.ts';

let vercel: VercelEmulator;

afterEach(() => vercel.stop());

function staging(): Staging {
  const { staging: found } = platformOn(vercel, { service: { strategy: 'stage-then-promote' } });
  if (found === undefined) throw new TypeError('The service is staged first.');
  return found;
}

function stage(signal = never, progress = listener()): Promise<Change & { staged?: { id: string } | undefined }> {
  return staging().stage(commits.good, signal, progress);
}

describe('a promotion', () => {
  test.each(['failed', 'skipped', 'stuck'] as const)(
    'that ends as %s fails, and the old one still serves',
    async fault => {
      vercel = await startProject();
      const { staged } = await stage();
      vercel.project('web').failNextAliasJob(fault);
      const change = await staging().promote(staged ?? { id: '' }, never, listener());
      expect(change).toMatchObject({ verdict: 'failed', live: { deployment: { commit: commits.old } } });
      expect(codesOf(change.findings)).toContain('platform/domains-not-moved');
    },
  );

  test.each([
    [400, 'platform/refused'],
    [401, 'platform/bad-token'],
    [403, 'platform/bad-token'],
    [409, 'platform/domains-busy'],
    [410, 'platform/refused'],
    [422, 'platform/not-a-candidate'],
    [500, 'platform/uncertain'],
  ])('that Vercel answers with %i is told as %s, and not asked for twice', async (status, code) => {
    vercel = await startProject();
    const { staged } = await stage();
    vercel.fail({ on: promotions, answer: { status, body: { error: { code: 'no', message: 'no' } } } });
    const findings = await findingsOf(staging().promote(staged ?? { id: '' }, never, listener()));
    expect(codesOf(findings)).toEqual([code]);
    expect(countOf(vercel, promotions)).toBe(1);
    expect(liveOn(vercel).request.commit).toBe(commits.old);
  });
});

describe('a commit that is staged again', () => {
  test('is found as it was staged before', async () => {
    vercel = await startProject();
    const { staged: first } = await stage();
    const progress = listener();
    const { staged: second } = await stage(never, progress);
    expect(second).toEqual(first);
    expect(progress.said).toContain(`${first?.id} is already staged.`);
    expect(countOf(vercel, creations)).toBe(1);
  });

  test('is waited for where an earlier attempt still builds it', async () => {
    vercel = await startProject({}, { build: slowState });
    const controller = new AbortController();
    const first = stage(controller.signal).catch(() => {});
    await until(() => countOf(vercel, creations) === 1);
    const progress = listener(text => text.includes(' is ') && controller.abort(new Error('seen enough')));
    await expect(stage(controller.signal, progress)).rejects.toThrow('seen enough');
    await first;
    expect(progress.said[0]).toMatch(/is already building this commit. The gate waits for it/);
    expect(countOf(vercel, creations)).toBe(1);
  });

  test('is built anew where a variable was changed since, which the build would not have', async () => {
    vercel = await startProject({ env: [{ key: 'API_URL', value: 'https://old.example.com' }] });
    const { staged: first } = await stage();
    const [variable] = vercel.project('web').options.env ?? [];
    if (variable) variable.updatedAt = Date.now() + 1000;
    const progress = listener();
    const { staged: second } = await stage(never, progress);
    expect(second?.id).not.toBe(first?.id);
    expect(progress.said[0]).toContain('was staged with earlier variables');
  });

  test.each([
    ['was live since', true],
    ['was built by a push, which makes it live by itself', false],
  ])('is built anew where what is there %s', async (_what, promote) => {
    vercel = await startProject();
    const { staged: first } = promote ? await stage() : { staged: undefined };
    if (first) await staging().promote(first, never, listener());
    else await platformOn(vercel).deploy(commits.good, never, listener());
    const live = liveOn(vercel).id;
    await platformOn(vercel).rollback({ id: deploymentOf(vercel, commits.old).id }, 'bad', never, listener());
    expect((await stage()).staged?.id).not.toBe(live);
  });

  test('is not what a direct release waits for', async () => {
    vercel = await startProject({}, { build: slowState });
    const controller = new AbortController();
    const staged = stage(controller.signal).catch(() => {});
    await until(() => countOf(vercel, creations) === 1);
    const direct = platformOn(vercel)
      .deploy(commits.good, controller.signal, listener())
      .catch(() => {});
    await until(() => countOf(vercel, creations) === 2);
    controller.abort(new Error('seen enough'));
    await Promise.all([staged, direct]);
    expect(deploymentOf(vercel, commits.good).request.autoAssignCustomDomains).toBe(false);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise(resolve => setTimeout(resolve, 5));
}
