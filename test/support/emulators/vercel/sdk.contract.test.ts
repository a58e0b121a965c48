import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, test } from '@jest/globals';
import * as z from 'zod';
import {
  aliasSchema,
  deploymentSchema,
  eventSchema,
  jobAliasesSchema,
  projectSchema,
  rollingReleaseSchema,
  variableSchema,
  variablesSchema,
} from '../../../../src/platforms/vercel/answers.ts';
import { vercelPlatform } from '../../../../src/platforms/vercel/platform.ts';
import { listener, never } from '../../../platforms/support.ts';
import { contextFor, serviceOn } from '../../../platforms/vercel/vercel.ts';
import { describeWith } from '../../contracts.ts';
import { sampleBuild } from '../../sample-build.ts';
import { VENDORS_MISSING, vendorPackage } from '../../vendors.ts';
import { isRecord } from '../values.ts';
import { startVercel, type VercelEmulator } from './index.ts';

const TEAM = { teamId: 'team_acme' };

type Call = (request: object) => Promise<unknown>;
/** The operations of @vercel/sdk that are called here. Each throws when an answer is not as Vercel describes it. */
interface Sdk {
  aliases: { getAlias: Call };
  deployments: {
    cancelDeployment: Call;
    createDeployment: Call;
    getDeployment: Call;
    getDeploymentEvents: Call;
    getDeployments: Call;
  };
  environment: { listSharedEnvVariable: Call };
  projects: {
    filterProjectEnvs: Call;
    getProject: Call;
    getProjectDomains: Call;
    listPromoteAliases: Call;
    requestPromote: Call;
    requestRollback: Call;
    updateProject: Call;
  };
}

let emulator: VercelEmulator | undefined;
afterEach(() => emulator?.stop());

describeWith('@vercel/sdk', vendorPackage('@vercel/sdk'), VENDORS_MISSING, folder => {
  async function start() {
    const { Vercel }: { Vercel: new (options: object) => Sdk } = await import(
      pathToFileURL(join(folder, 'esm/index.js')).href
    );
    const started = await startVercel({
      projects: {
        shop: {
          id: 'prj_shop',
          builds: { a1: sampleBuild('a1'), b2: sampleBuild('b2'), c3: sampleBuild('c3') },
          history: ['a1'],
          live: 'b2',
          domains: ['app.example.com'],
          sharedEnv: [{ key: 'LOG_LEVEL', value: 'warn', type: 'plain' }],
          env: [
            { key: 'VITE_API_URL', value: 'https://api.example.com', type: 'plain' },
            { key: 'JWT_SECRET', value: 'not-a-real-secret', type: 'sensitive' },
          ],
        },
      },
      token: 'testtoken',
      ...TEAM,
    });
    emulator = started;
    const sdk = new Vercel({ bearerToken: 'testtoken', serverURL: started.apiUrl });
    const [a1, b2] = started.project('shop').deployments;
    if (a1 === undefined || b2 === undefined) throw new TypeError('Two commits were deployed.');
    const settled = async () => {
      const under = ['pending', 'in-progress'];
      while (under.includes(started.project('shop').lastAliasRequest?.jobStatus ?? '')) {
        await sdk.projects.getProject({ idOrName: 'shop', rollbackInfo: true, ...TEAM });
      }
    };
    return { started, sdk, a1, b2, settled };
  }

  /** The models are unions, some members of which take any object and drop what they do not know. */
  test.each([
    ['a deployment', (sdk: Sdk) => sdk.deployments.getDeployment({ idOrUrl: 'app.example.com', ...TEAM })],
    ['the deployments', (sdk: Sdk) => sdk.deployments.getDeployments({ projectId: 'prj_shop', ...TEAM })],
    ['an alias', (sdk: Sdk) => sdk.aliases.getAlias({ idOrAlias: 'app.example.com', ...TEAM })],
    ['a project', (sdk: Sdk) => sdk.projects.getProject({ idOrName: 'shop', rollbackInfo: true, ...TEAM })],
    ['the variables', (sdk: Sdk) => sdk.projects.filterProjectEnvs({ idOrName: 'shop', ...TEAM })],
    ['the shared variables', (sdk: Sdk) => sdk.environment.listSharedEnvVariable({ projectId: 'prj_shop', ...TEAM })],
  ])('knows every field of %s', async (_what, ask) => {
    const { sdk, started } = await start();
    const understood = await ask(sdk);
    expect(findLost(started.requests.at(-1)?.answer, understood, '')).toEqual([]);
  });

  test.each([
    [deploymentSchema, ['createdeploymentresponsebody', 'getdeploymentresponsebody', 'getdeploymentsop']],
    [projectSchema, ['createprojectresponsebody', 'createprojecttargets', 'getprojectsresponsebody']],
    [aliasSchema, ['getaliasop']],
    [rollingReleaseSchema, ['getrollingreleaseop']],
    [variablesSchema, ['filterprojectenvsop', 'pagination']],
    [variableSchema, ['getprojectenvop']],
    [jobAliasesSchema, ['listpromotealiasesop']],
    [eventSchema, ['getdeploymenteventsop']],
  ])('names every field that the adapter reads (%#)', (schema, files) => {
    const models = files.map(file => readFileSync(join(folder, `src/models/${file}.ts`), 'utf8')).join('\n');
    // `production` is a key of the map of targets.
    const names = listNames(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));
    expect(names.length).toBeGreaterThan(1);
    expect(names.filter(name => name !== 'production' && !new RegExp(`^\\s+${name}\\??:`, 'm').test(models))).toEqual(
      [],
    );
  });

  /** Vercel's CLI uses these, and the SDK does not have them (vercel/vercel packages/cli/src). */
  const ofTheCli = [/^\/v6\/deployments$/, /^\/v9\/projects\/[^/]+\/(?:promote|rollback)\/aliases$/];

  test('has every route that the adapter takes', async () => {
    const { started, a1 } = await start();
    const context = contextFor(started, { variables: { VERCEL_TOKEN: 'testtoken' } });
    const platform = vercelPlatform({ ...serviceOn(started), project: 'shop' }, { context, timeout: 5000 });
    started.project('shop').failNextAliasJob('failed');
    await platform.rollback({ id: a1.id }, 'bad', never, listener());
    await platform.deploy('c'.repeat(40), never, listener()).catch(() => {}); // there is no such build
    await platform.candidates(await platform.live(never), never);
    await platform.variables(never);
    await platform.listUnfinished(never);
    await platform.log({ id: a1.id }, never);

    const funcs = join(folder, 'src/funcs');
    const texts = readdirSync(funcs).map(file => readFileSync(join(funcs, file), 'utf8'));
    const templates = texts.flatMap(text =>
      [...text.matchAll(/pathToFunc\("([^"]+)"\)/g)].map(([, path]) => path ?? ''),
    );
    const routes = [...templates.map(path => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}$`)), ...ofTheCli];
    const taken = [...new Set(started.requests.map(({ path }) => path.replace(/\?.*/, '')))];
    expect(taken.length).toBeGreaterThan(8);
    expect(taken.filter(path => !routes.some(route => route.test(path)))).toEqual([]);
  });

  test('reads deployments, aliases, domains and variables', async () => {
    const { sdk, b2 } = await start();
    const found = await sdk.deployments.getDeployment({ idOrUrl: 'app.example.com', ...TEAM });
    expect(found).toMatchObject({ id: b2.id, readyState: 'READY', readySubstate: 'PROMOTED', aliasAssigned: true });
    const listed = await sdk.deployments.getDeployments({ projectId: 'prj_shop', target: 'production', ...TEAM });
    expect(listed).toMatchObject({ deployments: [{ uid: b2.id }, { isRollbackCandidate: true }] });
    const alias = await sdk.aliases.getAlias({ idOrAlias: 'app.example.com', ...TEAM });
    expect(alias).toMatchObject({ deploymentId: b2.id });
    const domains = await sdk.projects.getProjectDomains({ idOrName: 'shop', ...TEAM });
    expect(domains).toMatchObject({ domains: [{ name: 'app.example.com', verified: true }] });
    const variables = await sdk.projects.filterProjectEnvs({ idOrName: 'shop', ...TEAM });
    expect(variables).toMatchObject({ envs: [{ key: 'VITE_API_URL', type: 'plain' }, { type: 'sensitive' }] });
  });

  test('deploys, reads the build log and cancels', async () => {
    const { sdk, started } = await start();
    const gitSource = { type: 'github', repoId: 1, ref: 'main', sha: 'c3' };
    await sdk.deployments.createDeployment({ requestBody: { name: 'shop', target: 'production', gitSource }, ...TEAM });
    const created = started.project('shop').deployments.at(-1);
    await sdk.deployments.getDeploymentEvents({ idOrUrl: created?.id, ...TEAM });
    await sdk.deployments.cancelDeployment({ id: created?.id, ...TEAM });
    expect(created?.state).toBe('CANCELED');
  });

  test('rolls back, reads what it did and promotes again', async () => {
    const { sdk, started, a1, b2, settled } = await start();
    const project = { projectId: 'prj_shop', ...TEAM };
    await sdk.projects.requestRollback({ ...project, deploymentId: a1.id, description: 'smoke test failed' });
    await settled();
    const rolledBack = await sdk.projects.getProject({ idOrName: 'shop', rollbackInfo: true, ...TEAM });
    expect(rolledBack).toMatchObject({ rollbackDescription: { description: 'smoke test failed' } });
    expect(started.project('shop').live).toBe(a1);
    await sdk.projects.requestPromote({ ...project, deploymentId: b2.id });
    await settled();
    await sdk.projects.listPromoteAliases(project);
    expect(started.project('shop').live).toBe(b2);
  });

  test('understands a refusal', async () => {
    const { sdk } = await start();
    const unknown = sdk.projects.requestRollback({ projectId: 'prj_shop', deploymentId: 'dpl_nobody', ...TEAM });
    await expect(unknown).rejects.toMatchObject({ statusCode: 404 });
  });
});

/** The fields that were sent and that the client did not understand. */
function findLost(sent: unknown, understood: unknown, path: string): string[] {
  if (Array.isArray(sent)) {
    const items = Array.isArray(understood) ? understood : [];
    return sent.flatMap((item, index) => findLost(item, items[index], `${path}[]`));
  }
  if (!isRecord(sent)) return sent === null || sent === undefined || understood !== undefined ? [] : [path];
  if (!isRecord(understood)) return [path];
  return Object.entries(sent).flatMap(([name, value]) => findLost(value, understood[name], `${path}.${name}`));
}

/** The names of all fields of a JSON Schema, at any depth. */
function listNames(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(listNames);
  if (!isRecord(schema)) return [];
  const { properties, anyOf, items, additionalProperties } = schema;
  const own = isRecord(properties)
    ? Object.entries(properties).flatMap(([name, one]) => [name, ...listNames(one)])
    : [];
  return [...own, ...listNames(anyOf), ...listNames(items), ...listNames(additionalProperties)];
}
