import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { bodyOf, type RunningServer, seenIn, serve, smoke } from './support.ts';

let server: RunningServer;
const deleted: string[] = [];
beforeAll(async () => {
  server = await serve(async (request, response) => {
    const { cookie = '', authorization = '' } = request.headers;
    response.setHeader('content-type', 'application/json');
    if (request.url === '/login') {
      const { user } = JSON.parse(await bodyOf(request));
      return void response.setHeader('set-cookie', `session=${user}; Path=/`).end(`{"token":"of ${user}"}`);
    }
    if (request.method === 'DELETE') deleted.push(`${cookie} ${authorization}`);
    const isOwner = request.method === 'DELETE' || cookie === 'session=alice';
    response.writeHead(isOwner ? 200 : 403).end(JSON.stringify({ id: 7, cookie, authorization }));
  });
});
afterAll(() => server.stop());

const shared = `shared:
  sign-in:
    parameters: { user: null }
    steps: [{ post: /login, json: { user: "\${user}" }, capture: { token: $.token } }]`;

const run = (steps: string) =>
  smoke(server.url, `${shared}\nflows:\n  a:\n    steps:\n${steps.replace(/^/gm, '      ')}`);

test('each user of a flow has cookies and captures of its own, in the clean-up too', async () => {
  const report = await run(`- { use: sign-in, with: { user: alice } }
- { use: sign-in, with: { user: bob }, as-user: bob }
- { get: /notes/7, bearer: "\${token}", expect: { json: { cookie: session=alice, authorization: Bearer of alice } }, capture: { note: $.id } }
- { get: "/notes/\${note}", as-user: bob, bearer: "\${token}", expect: { status: 403, json: { cookie: session=bob, authorization: Bearer of bob } } }
- { get: /notes/7, as-user: stranger, expect: { status: 403, json: { cookie: "" } } }
- { get: /notes/7, bearer: "\${bob.token}", expect: { json: { cookie: session=alice, authorization: Bearer of bob } } }
- { wait-until: { get: /notes/7, expect: { status: 403 } }, as-user: bob, within: 1s }
- { use: sign-in, with: { user: carol }, as-user: "carol" }
- { get: /notes/7, as-user: bob, expect: { status: 403, json: { cookie: session=bob } } }`);
  expect(seenIn(report)).toEqual([]);
  await smoke(
    server.url,
    `${shared}\nflows:\n  a:\n    steps:\n      - { use: sign-in, with: { user: bob }, as-user: bob }\n    finally: [{ delete: /notes/7, as-user: bob, bearer: "\${token}" }]`,
  );
  expect(deleted).toEqual(['session=bob Bearer of bob']);
});

test.each([
  [
    'what only another user captured',
    '- { use: sign-in, with: { user: bob }, as-user: bob }\n- { get: /, bearer: "${token}" }',
  ],
  ['what nobody captured', '- { get: /, as-user: bob, bearer: "${token}" }'],
])('the plan refuses %s', async (_what, steps) => {
  await expect(run(steps)).rejects.toThrow('uses ${token}, which has no value at that point');
});

test('a user of a step within another step is refused, as it would have no effect', async () => {
  await expect(run('- { wait-until: { get: /, as-user: bob } }')).rejects.toThrow('`as-user`');
});
