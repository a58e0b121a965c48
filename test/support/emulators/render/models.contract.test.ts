import { expect, test } from '@jest/globals';
import {
  deploySchema,
  groupSchema,
  groupsSchema,
  logsSchema,
  serviceSchema,
} from '../../../../src/platforms/render/api.ts';
import { commits, platformOn, startService } from '../../../platforms/render/render.ts';
import { listener, never } from '../../../platforms/support.ts';
import { describeWith } from '../../contracts.ts';
import { findUnknownFields, findViolations, MODELS_MISSING, type Models, publishedModels } from '../../models.ts';
import type { RecordedRequest } from '../http.ts';

const service = '/v1/services/[^/?]+';

/** By request: the model of its answer, and that of its body. */
const modelsOf: [RegExp, string, string?][] = [
  [new RegExp(`^GET ${service}$`), 'Service'],
  [new RegExp(`^PATCH ${service}$`), 'Service', 'ServicePATCH'],
  [new RegExp(`^GET ${service}/deploys\\?`), 'Deploys'],
  [new RegExp(`^GET ${service}/deploys/`), 'Deploy'],
  [new RegExp(`^POST ${service}/deploys$`), 'Deploy', 'CreateDeployJSONBody'],
  [new RegExp(`^POST ${service}/rollback$`), 'Deploy', 'RollbackDeployJSONBody'],
  [new RegExp(`^GET ${service}/env-vars`), 'EnvVars'],
  [/^GET \/v1\/env-groups\?/, 'EnvGroups'],
  [/^GET \/v1\/env-groups\//, 'EnvGroup'],
  [/^GET \/v1\/logs/, 'Logs200Response'],
];

function withLists(models: Models): Models {
  const listOf = ($ref: string) => ({ type: 'array' as const, items: { $ref } });
  const group = { type: 'object' as const, properties: { cursor: {}, envGroup: { $ref: 'EnvGroupMeta' } } };
  return {
    ...models,
    Deploys: listOf('DeployWithCursor'),
    EnvVars: listOf('EnvVarWithCursor'),
    EnvGroups: { type: 'array', items: group },
  };
}

/** What Render always answers and nobody reads: the emulator leaves it out. */
const unread = ['createdAt', 'dashboardUrl', 'notifyOnFail', 'rootDir', 'slug', 'updatedAt'];

function judge(requests: RecordedRequest[], models: Models): { checked: string[]; violations: string[] } {
  const checked = new Set<string>();
  const violations = requests.flatMap(({ method, path, status, body, answer }) => {
    const [, ofAnswer, ofBody] = modelsOf.find(([pattern]) => pattern.test(`${method} ${path}`)) ?? [];
    if (ofAnswer === undefined || status >= 400) return [];
    checked.add(ofAnswer);
    return [
      ...(ofBody ? findViolations(body, { $ref: ofBody }, models) : []),
      ...findViolations(answer, { $ref: ofAnswer }, models),
    ];
  });
  const isUnread = (text: string) => unread.some(name => text === `.${name} is missing`);
  return { checked: [...checked].sort(), violations: [...new Set(violations)].filter(text => !isUnread(text)) };
}

describeWith("Render's models", publishedModels('render-api.json'), MODELS_MISSING, published => {
  const models = withLists(published);

  test('have every field that is sent and answered', async () => {
    const render = await startService({ env: { A: '1' }, group: { B: '2' }, autoDeployTrigger: 'checksPass' });
    const platform = platformOn(render);
    const { deployment } = await platform.live(never);
    await platform.deploy(commits.good, never, listener());
    await platform.deploy(commits.crashing, never, listener());
    await platform.rollback(deployment ?? { id: '' }, 'bad', never, listener());
    await platform.variables(never);
    await platform.setAutoDeploys?.(undefined, never);
    await render.stop();

    expect(judge(render.requests, models)).toEqual({
      checked: [...new Set(modelsOf.map(([, name]) => name))].sort(),
      violations: [],
    });
  });

  test.each([
    ['Deploy', deploySchema],
    ['Service', serviceSchema],
    ['EnvGroups', groupsSchema],
    ['EnvGroup', groupSchema],
    ['Logs200Response', logsSchema],
  ])('%s has every field that the adapter reads', (name, schema) => {
    expect(findUnknownFields(schema, { $ref: name }, models)).toEqual([]);
  });

  test('know every state of a deploy that decides, and the settings of automatic deploys', () => {
    const states = ['live', 'deactivated', 'canceled', 'build_failed', 'pre_deploy_failed', 'update_failed'];
    expect(models.DeployStatus?.enum).toEqual(expect.arrayContaining(states));
    expect(models.AutoDeployTrigger?.enum?.toSorted()).toEqual(['checksPass', 'commit', 'off']);
    expect(models.DeployTrigger?.enum).toContain('rollback');
  });
});
