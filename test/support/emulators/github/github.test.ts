import { expect, test } from '@jest/globals';
import { scenarios, start } from './scenarios/index.ts';

test.each(scenarios)('$name', async ({ options, run }) => {
  const given = await start(options);
  try {
    await run(given);
  } finally {
    await given.github.stop();
  }
});

test.each([
  ['no token', undefined, 'Requires authentication'],
  ['a wrong token', 'Bearer wrong', 'Bad credentials'],
])('%s is 401', async (_name, authorization, message) => {
  const { github } = await start();
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  const response = await fetch(`${github.apiUrl}/repos/acme/shop/deployments`, { headers });
  await github.stop();
  expect(response.status).toBe(401);
  expect(await response.json()).toMatchObject({ message, status: '401' });
});

test('a repository the token does not see is 404', async () => {
  const { github } = await start();
  const headers = { authorization: 'token test-token' };
  const response = await fetch(`${github.apiUrl}/repos/acme/other/deployments`, { headers });
  await github.stop();
  expect(response.status).toBe(404);
});
