import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Finding } from '../../src/core/finding.ts';
import { parseRecord, type ReleaseRecord } from '../../src/core/record.ts';
import { type ActionResult, type ActionRun, runAction } from './workflow/index.ts';

const suite = join(import.meta.dirname, '../..');
const configuration = '.github/release-gates.yml';

export interface BuiltRun extends Partial<Omit<ActionRun, 'action' | 'suite' | 'consumer'>> {
  /** Content of the consumer's release-gates.yml. */
  config?: string;
}

export interface BuiltResult extends ActionResult {
  findings: Finding[];
  record: ReleaseRecord | undefined;
  /** Everything that anyone could get to see: log, outputs, summary, annotations. */
  shown: string;
}

/** Runs the built action of a gate as a step of a job, as the runner does. */
export async function runGate(gate: string, { config, ...run }: BuiltRun = {}): Promise<BuiltResult> {
  const consumer = folderWith(config);
  try {
    const result = await runAction({ ...run, action: join(suite, 'actions', gate), suite, consumer });
    return {
      ...result,
      findings: JSON.parse(result.outputs.findings ?? '[]'),
      record: parseRecord(result.outputs.record),
      shown: [result.log, result.summary, JSON.stringify(result.outputs), JSON.stringify(result.annotations)].join(
        '\n',
      ),
    };
  } finally {
    rmSync(consumer, { recursive: true, force: true });
  }
}

export interface BareProcess {
  child: ChildProcess;
  /** What it has printed so far, both streams. */
  printed(): string;
  /** The exit code, or the name of the signal that ended it. */
  ended: Promise<number | string>;
  /** What is in the file of GITHUB_OUTPUT. */
  outputs(): string;
  workspace: string;
  remove(): void;
}

interface BareOptions {
  /** Content of the consumer's release-gates.yml. */
  config?: string;
  env?: Record<string, string>;
  /** Whether not even the workspace, the file for outputs and the input `config` are told. */
  bare?: boolean;
}

/** Starts the built action of a gate by hand, in no other environment than this. */
export function startGate(gate: string, options: BareOptions = {}): BareProcess {
  return startProgram(join(suite, 'dist', `${gate}.mjs`), options);
}

/** Starts any program as an action. */
export function startProgram(program: string, options: BareOptions = {}): BareProcess {
  const workspace = folderWith(options.config);
  const outputFile = join(workspace, 'output');
  writeFileSync(outputFile, '');
  const runner = { GITHUB_WORKSPACE: workspace, GITHUB_OUTPUT: outputFile, INPUT_CONFIG: configuration };
  const child = spawn(process.execPath, [program], {
    env: { ...(options.bare ? {} : runner), ...options.env },
    cwd: workspace,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', text => (printed += text));
  return {
    child,
    printed: () => printed,
    ended: once(child, 'close').then(([code, signal]) => code ?? signal),
    outputs: () => readFileSync(outputFile, 'utf8'),
    workspace,
    remove: () => {
      child.kill('SIGKILL');
      rmSync(workspace, { recursive: true, force: true });
    },
  };
}

function folderWith(config: string | undefined): string {
  const folder = mkdtempSync(join(tmpdir(), 'release-gates-consumer-'));
  if (config === undefined) return folder;
  mkdirSync(dirname(join(folder, configuration)), { recursive: true });
  writeFileSync(join(folder, configuration), config);
  return folder;
}
