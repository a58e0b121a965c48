import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { type BareProcess, startProgram } from '../../support/run-built.ts';
import { type RunningServer, serve } from './support.ts';

const program = join(import.meta.dirname, '../../../src/entries/smoke-test.ts');

let server: RunningServer | undefined;
let run: BareProcess | undefined;
afterEach(async () => {
  run?.remove();
  await server?.stop();
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'on %s the clean-up runs, and it is said where each flow was',
  async signal => {
    const hanging = Promise.withResolvers<void>();
    server = await serve((request, response) => {
      if (request.url === '/hang') hanging.resolve();
      else response.setHeader('content-type', 'application/json').end('{"id":7}');
    });
    run = startProgram(program, {
      config: `services:\n  api: { platform: fly, app: api, url: "${server.url}" }
smoke:
  flows:
    order:
      steps:
        - { post: /orders, capture: { id: $.id } }
        - { get: /hang }
        - { get: /never }
      finally:
        - { delete: "/orders/\${id}" }
`,
    });
    await hanging.promise;
    run.child.kill(signal);
    expect(await run.ended).toBe(1);
    expect(server.asked).toEqual(['POST /orders', 'GET /hang', 'DELETE /orders/7']);
    expect(run.printed()).toContain('! flows.order — cancelled at step 2 (GET /hang)');
    expect(run.printed()).toContain('0 of 1 flow passed; 1 cancelled.');
    expect(run.outputs()).toMatch(/verdict<<.*\nerror\n/);
  },
);
