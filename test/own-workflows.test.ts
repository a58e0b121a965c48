import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { runWorkflow } from './support/workflow/index.ts';

/** What the job `actions` of ci.yml says on GitHub, it says here first. */
const suite = fileURLToPath(new URL('..', import.meta.url));
const START_SERVICE = 'Start a service';
let folder: string;
let service: Server;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'own-workflows-'));
  service = createServer((request, response) => response.writeHead(request.url === '/' ? 200 : 404).end());
  await new Promise<void>(resolve => service.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  service.closeAllConnections();
  await new Promise(resolve => service.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/**
 * A repository with the suite's actions and, of its ci.yml, the job `actions` alone, for a service that runs already.
 */
function repositoryWithJob(url: string): void {
  const workflow: { jobs: { actions: { env: Record<string, string>; steps: { name: string }[] } } } = parse(
    readFileSync(join(suite, '.github/workflows/ci.yml'), 'utf8'),
  );
  const { actions } = workflow.jobs;
  expect(actions.env.SERVICE_URL).toContain('127.0.0.1');
  actions.env.SERVICE_URL = url;
  actions.steps = actions.steps.filter(({ name }) => name !== START_SERVICE);
  mkdirSync(join(folder, '.github/workflows'), { recursive: true });
  writeFileSync(join(folder, '.github/workflows/ci.yml'), stringify({ ...workflow, jobs: { actions } }));
  for (const name of ['actions', 'dist']) symlinkSync(join(suite, name), join(folder, name));
}

test('the actions do in CI what ci.yml expects of them', async () => {
  const address = service.address();
  if (address === null || typeof address === 'string') throw new Error('the service does not listen');
  repositoryWithJob(`http://127.0.0.1:${address.port}/`);
  const { conclusion, log } = await runWorkflow({ workflow: '.github/workflows/ci.yml', consumer: folder, suite });
  expect({ conclusion, log }).toMatchObject({
    conclusion: 'success',
    log: expect.stringContaining('success passed, failure failed, success passed, failure failed'),
  });
});
