import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { runWorkflow, type WorkflowResult, type WorkflowRun } from './run.ts';

const FILE = '.github/workflows/test.yml';

export type Files = Record<string, string>;
type Options = Partial<Omit<WorkflowRun, 'workflow' | 'consumer' | 'suite'>>;

/** Small repositories for tests of the runner; `remove` after the last one. */
export class Fixtures {
  private readonly folders: string[] = [];

  /** A folder with these files. */
  folder(files: Files): string {
    const folder = mkdtempSync(join(realpathSync(tmpdir()), 'release-gates-fixture-'));
    this.folders.push(folder);
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), content);
    }
    return folder;
  }

  /** Runs a workflow in a consumer that has these files too. */
  run(workflow: string, options: Options & { files?: Files; suite?: Files } = {}): Promise<WorkflowResult> {
    const { files = {}, suite = {}, ...others } = options;
    const consumer = this.folder({ ...files, [FILE]: workflow });
    return runWorkflow({ ...others, workflow: FILE, consumer, suite: this.folder(suite) });
  }

  /** Runs the steps of one job, `job`; they are YAML, indented or not. */
  runSteps(steps: string, options: Options & { files?: Files; suite?: Files } = {}): Promise<WorkflowResult> {
    const indented = steps.replace(/^/gm, '      ');
    return this.run(`on: [push]\njobs:\n  job:\n    runs-on: ubuntu-latest\n    steps:\n${indented}\n`, options);
  }

  remove(): void {
    for (const folder of this.folders) rmSync(folder, { recursive: true, force: true });
  }
}

/** An action.yml of a JavaScript action whose main script is main.cjs. */
export function javaScriptAction(rest = ''): string {
  return `name: Test\ndescription: Test\n${rest}\nruns:\n  using: node24\n  main: main.cjs\n`;
}

/** An action.yml of a composite action; `steps` is YAML. */
export function compositeAction(steps: string, rest = ''): string {
  return `name: Test\ndescription: Test\n${rest}\nruns:\n  using: composite\n  steps:\n${steps.replace(/^/gm, '    ')}\n`;
}
