import { expect, test } from '@jest/globals';
import { describeWith } from '../../contracts.ts';
import { VENDORS_MISSING } from '../../vendors.ts';
import { githubOpenApi } from './openapi.ts';
import { scenarios, start } from './scenarios/index.ts';

describeWith("GitHub's OpenAPI description", githubOpenApi(), VENDORS_MISSING, openApi => {
  test.each(scenarios)('holds when $name', async ({ options, run }) => {
    const given = await start(options);
    try {
      await run(given);
    } finally {
      await given.github.stop();
    }
    expect(given.github.requests.flatMap(openApi.violations)).toEqual([]);
  });

  test('is noticed when it does not hold', async () => {
    const { github, call } = await start();
    await call('POST /deployments', { ref: 'main', required_contexts: [] });
    await github.stop();
    const [recorded] = github.requests;
    if (recorded === undefined) throw new TypeError('The request was recorded.');
    expect(openApi.violations({ ...recorded, answer: { id: 'one' } })).toContainEqual(
      expect.stringContaining('answer/id'),
    );
    expect(openApi.violations({ ...recorded, body: { ref: 1 } })).toContainEqual(
      expect.stringContaining('request/ref'),
    );
    expect(openApi.violations({ ...recorded, path: '/repos/acme/shop/deploys' })).toHaveLength(1);
  });
});
