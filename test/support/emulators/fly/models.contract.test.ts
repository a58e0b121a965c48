import { expect, test } from '@jest/globals';
import { machineSchema } from '../../../../src/platforms/fly/machine.ts';
import { platformOn, startApp } from '../../../platforms/fly/fly.ts';
import { listener, never } from '../../../platforms/support.ts';
import { describeWith } from '../../contracts.ts';
import { findUnknownFields, findViolations, MODELS_MISSING, type Models, publishedModels } from '../../models.ts';
import type { RecordedRequest } from '../http.ts';

/** What fly-go's models leave out and the Machines API answers (docs: Machines API, machine properties, events). */
const leftOut = ['.events[].id is unknown to the vendor'];

const machine = '/v1/apps/[^/]+/machines/[^/]+';

/** By request: the model of its answer, and that of its body. */
const machineModels: [RegExp, string, string?][] = [
  [new RegExp(`^GET ${machine}$`), 'Machine'],
  [new RegExp(`^POST ${machine}$`), 'Machine', 'LaunchMachineInput'],
  [/^POST \/v1\/apps\/[^/]+\/machines$/, 'Machine', 'LaunchMachineInput'],
  [new RegExp(`^POST ${machine}/lease`), 'MachineLease'],
  [new RegExp(`^POST ${machine}/start$`), 'MachineStartResponse'],
  [/^GET \/v1\/apps\/[^/]+\/secrets$/, 'ListAppSecretsResp'],
];

/** What of the requests and answers is not as the models say. Sends back a machine's configuration as it came. */
function judge(requests: RecordedRequest[], models: Models): { checked: string[]; violations: string[] } {
  const checked = new Set<string>();
  const violations = requests.flatMap(({ method, path, status, body, answer }) => {
    const [, ofAnswer, ofBody] = machineModels.find(([pattern]) => pattern.test(`${method} ${path}`)) ?? [];
    if (ofAnswer === undefined || status >= 400) return [];
    checked.add(ofAnswer);
    const sent = ofBody ? findViolations(body, { $ref: ofBody }, models).filter(one => !one.endsWith('missing')) : [];
    return [...sent, ...findViolations(answer, { $ref: ofAnswer }, models)];
  });
  return { checked: [...checked].sort(), violations: violations.filter(one => !leftOut.includes(one)) };
}

describeWith("fly-go's models", publishedModels('fly-machines.json'), MODELS_MISSING, models => {
  test('have every field that is sent, answered and read', async () => {
    const fly = await startApp({ secrets: { TOKEN: 'not-a-real-secret' }, services: [] });
    const [first, second] = fly.app('pm-backend').machines;
    if (first) first.hostRefuses = { of: 'update', status: 409, error: 'could not reserve resource for machine' };
    second?.stop();
    await platformOn(fly).deploy('c'.repeat(40), never, listener());
    await platformOn(fly).variables(never);
    await fly.stop();

    expect(judge(fly.requests, models)).toEqual({
      checked: ['ListAppSecretsResp', 'Machine', 'MachineLease', 'MachineStartResponse'],
      violations: [],
    });
    expect(findUnknownFields(machineSchema, { $ref: 'Machine' }, models)).toEqual([]);
  });

  test('show what is not there', () => {
    expect(findViolations({ id: 1, image_ref: {}, nonsense: true }, { $ref: 'Machine' }, models)).toEqual([
      '.cordoned is missing',
      '.id is no string',
      '.nonsense is unknown to the vendor',
    ]);
    expect(findUnknownFields(machineSchema, { $ref: 'MachineImageRef' }, models)).toContain('.state');
  });
});

describeWith("flyctl's models of releases", publishedModels('fly-releases.json'), MODELS_MISSING, models => {
  test('have every field that is sent and answered', async () => {
    const fly = await startApp({ machines: 1 });
    await platformOn(fly).deploy('c'.repeat(40), never, listener());
    await platformOn(fly).candidates({ deployment: undefined, others: [], down: false }, never);
    await fly.stop();

    const ofReleases = fly.requests.filter(({ path }) => path.includes('/releases'));
    const wrapped: Models = {
      ...models,
      List: { type: 'object', properties: { releases: { type: 'array', items: { $ref: 'Release' } } } },
      Created: { type: 'object', properties: { release: { $ref: 'Release' } } },
    };
    const violations = ofReleases.flatMap(({ method, body, answer }) => {
      if (method === 'GET') return findViolations(answer, { $ref: 'List' }, wrapped);
      if (method === 'PATCH') return findViolations(answer, { $ref: 'Release' }, wrapped);
      return [
        ...findViolations(body, { $ref: 'CreateReleaseRequest' }, wrapped),
        ...findViolations(answer, { $ref: 'Created' }, wrapped),
      ];
    });
    expect(new Set(ofReleases.map(({ method }) => method)).size).toBe(3);
    expect(violations).toEqual([]);
  });
});
