import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRecord } from '../src/core/record.ts';
import { pushSchema } from '../src/gates/push-schema/gate.ts';
import { readSources } from '../src/gates/push-schema/source.ts';
import { readTargets } from '../src/gates/push-schema/target.ts';
import { parseConfiguration } from '../test/support/configuration.ts';
import { testContext } from '../test/support/context.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { quick } from './size.ts';

/** Prints, as Markdown, how long a push and a check with drift take for many tables: the time must grow with them. */
const sizes = quick ? [20] : [100, 1000, 10_000];
const statementsPerMigration = 500;

const postgres = await startPostgres({ settings: { max_locks_per_transaction: '2048' } });
const print = (line: string) => process.stdout.write(`${line}\n`);
try {
  print('| tables | push | check with drift | milliseconds per table |');
  print('| ---: | ---: | ---: | ---: |');
  for (const tables of sizes) {
    const workspace = mkdtempSync(join(tmpdir(), 'bench-drift-'));
    await writeTables(join(workspace, 'migrations'), tables);
    const url = await postgres.createDatabase();
    const push = await time(workspace, url, 'push');
    const check = await time(workspace, url, 'check');
    print(`| ${tables} | ${push.toFixed(0)} ms | ${check.toFixed(0)} ms | ${(check / tables).toFixed(2)} |`);
    rmSync(workspace, { recursive: true });
  }
} finally {
  await postgres.stop();
}

async function writeTables(folder: string, count: number): Promise<void> {
  await mkdir(folder);
  for (let first = 0; first < count; first += statementsPerMigration) {
    const length = Math.min(statementsPerMigration, count - first);
    const statements = Array.from(
      { length },
      (_, index) => `CREATE TABLE t${first + index} (id int PRIMARY KEY, name text NOT NULL DEFAULT 'x');`,
    );
    await writeFile(join(folder, `${String(first).padStart(6, '0')}.sql`), statements.join('\n'));
  }
}

async function time(workspace: string, url: string, mode: 'push' | 'check'): Promise<number> {
  const context = testContext({ workspace, variables: { DIRECT_URL: url, SCRATCH_URL: postgres.url } });
  const drift = mode === 'check' ? ', drift: true, scratch: SCRATCH_URL' : '';
  const text = `schema: { main: { migrations: migrations, tool: sql, database: DIRECT_URL, budget: 10m${drift} } }`;
  const config = await parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit: 'c0ffee' });
  const targets = readTargets(readSources(config, { databases: [], migrations: '', database: '' }), context);
  const started = performance.now();
  const record = createRecord('bench', 'c0ffee');
  const report = await pushSchema({ targets, mode, record, guards: false }, context);
  const took = performance.now() - started;
  const drifted = report.checks.flatMap(({ findings }) => findings).some(({ code }) => code === 'schema/drift');
  if (report.verdict !== 'passed' || drifted)
    throw new Error(`${mode}: ${JSON.stringify(report.checks).slice(0, 2000)}`);
  return took;
}
