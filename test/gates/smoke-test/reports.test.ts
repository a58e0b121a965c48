import { mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createRecord } from '../../../src/core/record.ts';
import { dryRun } from '../../../src/gates/smoke-test/dry-run.ts';
import { planSmoke } from '../../../src/gates/smoke-test/plan/plan.ts';
import { checkReportPaths, writeReports } from '../../../src/gates/smoke-test/reports/write.ts';
import { renderSummary } from '../../../src/github/summary.ts';
import { testContext } from '../../support/context.ts';
import { configurationOf, type RunningServer, serve, smoke } from './support.ts';

let server: RunningServer;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'smoke-reports-'));
  server = await serve((request, response) =>
    response.writeHead(request.url === '/bad' ? 500 : 200).end('<"made-up-secret">'),
  );
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

const section = `shared: { login: { steps: [{ name: 'sign in <"', get: /good }] } }
flows:
  good: [{ use: login }, { get: /good }]
  bad: { after: [good], steps: [{ get: /bad, bearer: "\${TOKEN}" }], finally: [{ delete: /good }] }
  unanswered: [{ get: "http://127.0.0.1:1/" }]`;
const contextOf = () => testContext({ workspace: folder, variables: { TOKEN: 'made-up-secret' } });

test('a run is reported in JUnit XML and in JSON, without secrets', async () => {
  const context = contextOf();
  const report = await smoke(server.url, section, context);
  await writeReports(report, { junit: 'reports/smoke.xml', json: 'reports/smoke.json' }, context);
  const junit = await readFile(join(folder, 'reports/smoke.xml'), 'utf8');
  expect(junit).toContain('<testsuite name="good" tests="2" failures="0" errors="0"');
  expect(junit).toMatch(
    /<testcase classname="good" name="step 1 \(login\), step 1: sign in &lt;&quot;" time="0\.\d{3}"\/>/,
  );
  expect(junit).toMatch(/<failure type="assertion" message="bad, step 1 \(GET \/bad\) answered 500/);
  expect(junit).toMatch(/<error type="network" message="unanswered, step 1: /);
  expect(junit).not.toContain('made-up-secret');
  const json = JSON.parse(await readFile(join(folder, 'reports/smoke.json'), 'utf8'));
  expect(json).toMatchObject({
    verdict: 'failed',
    flows: [
      { name: 'good', verdict: 'passed' },
      { name: 'bad', steps: [{ class: 'assertion', findings: ['answer/wrong-status'] }, { title: 'DELETE /good' }] },
      { name: 'unanswered', verdict: 'error', steps: [{ class: 'network' }] },
    ],
  });
  expect(JSON.stringify(json)).not.toContain('made-up-secret');
});

test('a run is on the timeline of the summary', async () => {
  const summary = renderSummary(await smoke(server.url, section, contextOf()), createRecord('production', ''));
  expect(summary).toContain('gantt');
  expect(summary).toMatch(/ {2}section bad\n {2}step 1 GET .bad :crit, \d+, \d+/);
});

test('a report must be inside the repository, even through links', async () => {
  await symlink(tmpdir(), join(folder, 'link-out'));
  for (const junit of ['../smoke.xml', 'link-out/smoke.xml']) {
    await expect(checkReportPaths({ junit, json: '' }, contextOf())).rejects.toThrow(/outside the repository/);
  }
  await symlink('circle', join(folder, 'circle'));
  await expect(checkReportPaths({ junit: '', json: 'circle' }, contextOf())).rejects.toThrow(
    /cannot be resolved \(ELOOP/,
  );
  await checkReportPaths({ junit: '..smoke.xml', json: '' }, contextOf());
});

test('a dry run lists what would be sent, and sends nothing', async () => {
  server.asked.length = 0;
  const context = contextOf();
  const report = await dryRun(
    planSmoke(configurationOf(server.url, section), { flows: ['bad'], tags: [] }, context),
    context,
  );
  expect(report.headline).toBe('Dry run: the log lists 4 steps of 2 flows. Nothing was sent.');
  expect(context.logged).toEqual([
    'good',
    '  good, step 1: use login',
    '    good, step 1 (login), step 1: sign in <": GET /good',
    '  good, step 2: GET /good',
    'bad, after good',
    '  bad, step 1: GET /bad',
    '  bad, clean-up 1: DELETE /good',
  ]);
  expect(server.asked).toEqual([]);
});
