import { afterEach, describe, expect, test } from '@jest/globals';
import { crashes, sampleBuild } from '../../sample-build.ts';
import { type JsonClient, jsonClient } from '../json-client.ts';
import { startVercel, type VercelOptions, type VercelProjectOptions } from './index.ts';

interface DeploymentAnswer {
  id: string;
  url: string;
  readyState: string;
  readySubstate?: string;
  aliasAssigned: boolean;
  alias: string[];
  meta: Record<string, string>;
}
interface ProjectAnswer {
  autoAssignCustomDomains: boolean;
  lastRollbackTarget: unknown;
  lastAliasRequest: { jobStatus: string; toDeploymentId: string; type: string; requestedAt: number } | null;
  targets: { production: { id: string } };
}
interface ListAnswer {
  deployments: { uid: string; meta: Record<string, string>; isRollbackCandidate: boolean }[];
  pagination: { count: number; next: number | null };
}

const running: { stop(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(one => one.stop()));
});

async function vercel(project: Partial<VercelProjectOptions> = {}, options: Partial<VercelOptions> = {}) {
  const builds = Object.fromEntries(['a1', 'b2', 'c3', 'd4'].map(commit => [commit, sampleBuild(commit)]));
  const emulator = await startVercel({
    projects: {
      shop: {
        id: 'prj_shop',
        builds: { ...builds, e5: crashes('Cannot find module') },
        history: ['a1', 'b2'],
        live: 'c3',
        domains: ['app.example.com', 'www.example.com'],
        ...project,
      },
    },
    token: 'testtoken',
    ...options,
  });
  running.push(emulator);
  const call = jsonClient(emulator.apiUrl, 'Bearer testtoken');
  const version = async () => (await fetch(`${emulator.domain('app.example.com').url}/version`)).text();
  const deployed = (commit: string) => {
    const found = emulator.project('shop').deployments.find(({ request }) => request.commit === commit);
    if (found === undefined) throw new TypeError(`${commit} was not deployed`);
    return found;
  };
  const deploy = (sha: string, body: object = {}) =>
    call<DeploymentAnswer>('POST /v13/deployments', {
      name: 'shop',
      target: 'production',
      gitSource: { type: 'github', repoId: 1, ref: 'main', sha },
      ...body,
    });
  return { emulator, call, version, deployed, deploy };
}

async function untilDeployment(call: JsonClient, id: string, reached: (one: DeploymentAnswer) => boolean) {
  for (;;) {
    const { body } = await call<DeploymentAnswer>(`GET /v13/deployments/${id}`);
    if (reached(body)) return body;
  }
}

async function untilMoved(call: JsonClient) {
  for (;;) {
    const { body } = await call<ProjectAnswer>('GET /v9/projects/prj_shop?rollbackInfo=true');
    if (!['pending', 'in-progress'].includes(body.lastAliasRequest?.jobStatus ?? '')) return body;
  }
}

describe('deployments', () => {
  test('a production deployment is READY before it is live', async () => {
    const { call, deploy, version } = await vercel({}, { delays: { assign: 200 } });
    const created = await deploy('d4');
    expect(created).toMatchObject({ status: 200, body: { readyState: 'QUEUED', aliasAssigned: false } });
    const ready = await untilDeployment(call, created.body.id, ({ readyState }) => readyState === 'READY');
    expect(ready).toMatchObject({ readySubstate: 'STAGED', aliasAssigned: false });
    expect(await version()).toBe('c3');
    const live = await untilDeployment(call, created.body.id, ({ aliasAssigned }) => aliasAssigned);
    expect(live).toMatchObject({ readySubstate: 'PROMOTED', alias: expect.arrayContaining(['app.example.com']) });
    expect(await version()).toBe('d4');
  });

  test('one that may not have the domains stays STAGED, with its generated address only', async () => {
    const { call, deploy, version } = await vercel();
    const { body } = await deploy('d4', { autoAssignCustomDomains: false });
    const staged = await untilDeployment(call, body.id, ({ aliasAssigned }) => aliasAssigned);
    expect(staged).toMatchObject({ readySubstate: 'STAGED', alias: ['shop-git-main-acme.vercel.app'] });
    expect(await version()).toBe('c3');
  });

  test('a preview touches no production domain', async () => {
    const { call, deploy, version } = await vercel();
    const { body } = await deploy('d4', { target: undefined });
    await untilDeployment(call, body.id, ({ aliasAssigned }) => aliasAssigned);
    expect(await version()).toBe('c3');
  });

  test('a commit that does not build ends in ERROR with a reason and a log', async () => {
    const { call, deploy } = await vercel();
    const { body } = await deploy('unknown');
    const failed = await untilDeployment(call, body.id, ({ readyState }) => readyState === 'ERROR');
    expect(failed).toMatchObject({ errorCode: 'BUILD_FAILED', errorMessage: expect.stringContaining('exited with 1') });
    const log = await call<{ text: string }[]>(`GET /v3/deployments/${body.id}/events?direction=backward&limit=-1`);
    expect(log.body[0]?.text).toBe('Error: Command "npm run build" exited with 1');
  });

  test('a build that crashes at start is READY and answers 500', async () => {
    const { call, deploy, emulator } = await vercel();
    const { body } = await deploy('e5');
    await untilDeployment(call, body.id, ({ readySubstate }) => readySubstate === 'PROMOTED');
    const response = await fetch(emulator.domain('app.example.com').url);
    expect([response.status, response.headers.get('x-vercel-error')]).toEqual([500, 'FUNCTION_INVOCATION_FAILED']);
  });

  test('one that is under way can be cancelled, one that is done cannot', async () => {
    const { call, deploy, deployed } = await vercel({}, { delays: { queue: 60_000 } });
    const { body } = await deploy('d4');
    expect(await call(`PATCH /v12/deployments/${body.id}/cancel`)).toMatchObject({
      status: 200,
      body: { readyState: 'CANCELED' },
    });
    expect((await call(`PATCH /v12/deployments/${deployed('c3').id}/cancel`)).status).toBe(400);
  });

  test('a redeploy builds the same commit again', async () => {
    const { call, deployed } = await vercel();
    const again = await call<DeploymentAnswer>('POST /v13/deployments?forceNew=1', {
      deploymentId: deployed('a1').id,
      name: 'shop',
      target: 'production',
      meta: { action: 'redeploy' },
    });
    expect(again.body.id).not.toBe(deployed('a1').id);
    expect(again.body.meta).toMatchObject({ githubCommitSha: 'a1', action: 'redeploy' });
  });

  test('are found by id, by their host and by a production domain', async () => {
    const { call, deployed } = await vercel();
    const { id, host } = deployed('c3');
    for (const name of [id, host, 'app.example.com']) {
      expect((await call<DeploymentAnswer>(`GET /v13/deployments/${name}`)).body.id).toBe(id);
    }
    expect((await call('GET /v13/deployments/dpl_nobody')).status).toBe(404);
    expect((await call('GET /v13/deployments/nobody')).status).toBe(400);
  });

  test('are listed newest first, filtered and by the page', async () => {
    const { call, deployed } = await vercel();
    const sha = await call<ListAnswer>('GET /v7/deployments?projectId=prj_shop&sha=b2');
    expect(sha.body.deployments.map(({ uid }) => uid)).toEqual([deployed('b2').id]);
    const candidates = await call<ListAnswer>('GET /v6/deployments?projectId=prj_shop&rollbackCandidate=true');
    expect(candidates.body.deployments.map(({ meta }) => meta.githubCommitSha)).toEqual(['b2', 'a1']);
    const pages: string[] = [];
    let until = '';
    for (let pagination: ListAnswer['pagination'] | undefined; pagination?.next !== null; ) {
      const page = await call<ListAnswer>(`GET /v6/deployments?state=READY&target=production&limit=1${until}`);
      pages.push(...page.body.deployments.map(({ meta }) => meta.githubCommitSha ?? ''));
      pagination = page.body.pagination;
      until = `&until=${pagination.next}`;
    }
    expect(pages).toEqual(['c3', 'b2', 'a1']);
  });
});

describe('rollback', () => {
  test('leads the domains to the old deployment and holds automatic assignment', async () => {
    const { call, version, deployed, deploy } = await vercel();
    const back = await call(`POST /v1/projects/prj_shop/rollback/${deployed('b2').id}`);
    expect(back).toMatchObject({ status: 201, body: '' });
    const project = await untilMoved(call);
    expect(project).toMatchObject({
      autoAssignCustomDomains: false,
      lastRollbackTarget: { deploymentId: deployed('b2').id },
      lastAliasRequest: { type: 'rollback', jobStatus: 'succeeded', toDeploymentId: deployed('b2').id },
    });
    expect(await version()).toBe('b2');
    const alias = await call('GET /v4/aliases/www.example.com');
    expect(alias.body).toMatchObject({ deploymentId: deployed('b2').id });
    // The production target of the project does not follow: only the domains tell what is live.
    expect(project.targets.production.id).toBe(deployed('c3').id);

    const { body } = await deploy('d4');
    await untilDeployment(call, body.id, ({ aliasAssigned }) => aliasAssigned);
    expect(await version()).toBe('b2');
  });

  test('is undone by a promotion, which assigns automatically again', async () => {
    const { call, version, deployed } = await vercel();
    await call(`POST /v9/projects/prj_shop/rollback/${deployed('a1').id}`, {});
    await untilMoved(call);
    expect((await call(`POST /v10/projects/prj_shop/promote/${deployed('c3').id}`, {})).status).toBe(201);
    const project = await untilMoved(call);
    expect(project).toMatchObject({ autoAssignCustomDomains: true, lastRollbackTarget: null });
    expect(await version()).toBe('c3');
  });

  test('of a Hobby project reaches the previous deployment only', async () => {
    const { call, deployed } = await vercel({ plan: 'hobby' });
    const further = await call(`POST /v1/projects/prj_shop/rollback/${deployed('a1').id}`);
    expect(further).toMatchObject({
      status: 402,
      body: { error: { message: expect.stringContaining('upgrade to pro') } },
    });
    expect((await call(`POST /v1/projects/prj_shop/rollback/${deployed('b2').id}`)).status).toBe(201);
  });

  test('is refused while another is under way', async () => {
    const { call, deployed, emulator } = await vercel();
    emulator.project('shop').failNextAliasJob('stuck');
    await call(`POST /v1/projects/prj_shop/rollback/${deployed('b2').id}`);
    expect((await call(`POST /v1/projects/prj_shop/rollback/${deployed('a1').id}`)).status).toBe(409);
  });

  test('to a deployment that has not served production is refused', async () => {
    const { call, deploy } = await vercel();
    const { body } = await deploy('d4', { autoAssignCustomDomains: false });
    await untilDeployment(call, body.id, ({ aliasAssigned }) => aliasAssigned);
    expect((await call(`POST /v1/projects/prj_shop/rollback/${body.id}`)).status).toBe(422);
    expect((await call('POST /v1/projects/prj_shop/rollback/dpl_nobody')).status).toBe(404);
  });

  test.each(['failed', 'skipped'] as const)('can end as %s and leave everything as it was', async fault => {
    const { call, deployed, emulator, version } = await vercel();
    emulator.project('shop').failNextAliasJob(fault);
    await call(`POST /v1/projects/prj_shop/rollback/${deployed('b2').id}`);
    expect((await untilMoved(call)).lastAliasRequest?.jobStatus).toBe(fault);
    expect(await version()).toBe('c3');
    const { body } = await call<{ aliases: unknown[] }>('GET /v1/projects/prj_shop/rollback/aliases?failedOnly=true');
    expect(body.aliases).toHaveLength(fault === 'failed' ? 2 : 0);
  });
});

describe('promotion', () => {
  test('makes a staged deployment live without a build', async () => {
    const { call, deploy, version } = await vercel();
    const { body } = await deploy('d4', { autoAssignCustomDomains: false });
    await untilDeployment(call, body.id, ({ aliasAssigned }) => aliasAssigned);
    expect((await call(`POST /v10/projects/shop/promote/${body.id}`, {})).status).toBe(201);
    const project = await untilMoved(call);
    expect(project.lastAliasRequest).toMatchObject({ type: 'promote', jobStatus: 'succeeded' });
    expect(await version()).toBe('d4');
  });

  test('of what is live, or of a preview, is refused', async () => {
    const { call, deployed, deploy } = await vercel();
    expect((await call(`POST /v10/projects/shop/promote/${deployed('c3').id}`)).status).toBe(409);
    const { body } = await deploy('d4', { target: undefined });
    await untilDeployment(call, body.id, ({ readyState }) => readyState === 'READY');
    expect((await call(`POST /v10/projects/shop/promote/${body.id}`)).status).toBe(422);
  });
});

describe('a project', () => {
  test('tells its variables as far as their type allows', async () => {
    const { call, emulator } = await vercel({
      env: [
        { key: 'VITE_API_URL', value: 'https://api.example.com', type: 'plain', target: ['production', 'preview'] },
        { key: 'JWT_SECRET', value: 'not-a-real-secret', type: 'sensitive' },
        { key: 'REDIS_URL', value: 'not-a-real-url' },
      ],
    });
    const all = await call<{ envs: { key: string; value: string }[] }>('GET /v10/projects/shop/env?target=production');
    expect(all.body.envs.map(({ key }) => key)).toEqual(['VITE_API_URL', 'JWT_SECRET', 'REDIS_URL']);
    expect(all.body.envs[0]?.value).toBe('https://api.example.com');
    expect(JSON.stringify(all.body)).not.toContain('not-a-real');
    const preview = await call<{ envs: unknown[] }>('GET /v10/projects/shop/env?target=preview');
    expect(preview.body.envs).toHaveLength(1);
    const env = await (await fetch(`${emulator.domain('app.example.com').url}/env`)).json();
    expect(env).toMatchObject({
      JWT_SECRET: 'not-a-real-secret',
      VERCEL_ENV: 'production',
      VERCEL_GIT_COMMIT_SHA: 'c3',
    });
  });

  test('tells its production domains', async () => {
    const { call } = await vercel();
    const { body } = await call<{ domains: { name: string }[] }>('GET /v9/projects/shop/domains?production=true');
    expect(body.domains.map(({ name }) => name)).toEqual(['app.example.com', 'www.example.com']);
  });
});

describe('access', () => {
  test.each([
    ['no token', '', '', 401],
    ['a wrong token', 'Bearer wrong', '?teamId=team_acme', 403],
    ['no team', 'Bearer testtoken', '', 404],
    ['another team', 'Bearer testtoken', '?teamId=team_other', 403],
    ['token and team', 'Bearer testtoken', '?teamId=team_acme', 200],
  ])('%s', async (_name, authorization, query, status) => {
    const { emulator } = await vercel({}, { teamId: 'team_acme' });
    const response = await fetch(`${emulator.apiUrl}/v9/projects/shop${query}`, {
      headers: authorization === '' ? {} : { authorization },
    });
    expect(response.status).toBe(status);
    if (status >= 400) expect(await response.json()).toMatchObject({ error: { code: expect.any(String) } });
  });
});
