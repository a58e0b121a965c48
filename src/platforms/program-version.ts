import { makeChildEnvironment } from '../clients/child-environment.ts';
import { startDeadline } from '../clients/deadline.ts';
import type { GateContext } from '../core/context.ts';
import { formatError } from '../core/errors.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import { toOneLine } from '../core/one-line.ts';
import { pickVariables, run } from './program.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const programBroken: FindingKind = {
  ...delivery,
  code: 'deploy/program-broken',
  meaning: 'A program that the deploy needs is installed but does not run. The gate changed nothing.',
  cause: 'A broken installation, another program of the same name, or a package registry that did not answer.',
  help: 'Run it with the same arguments in a step before this gate, and fix what it reports.',
};

export const programTooOld: FindingKind = {
  ...delivery,
  code: 'deploy/program-too-old',
  meaning: 'A program that the deploy needs is too old and works differently. The gate changed nothing.',
  cause: 'A pinned version in the step that installs it, or an old image of the runner.',
  help: 'Install the version that the message names, or a later one.',
};

export interface VersionQuery {
  /** As a person knows the program. */
  name: string;
  /** A path. */
  file: string;
  args: string[];
  /** The oldest version that works, such as `0.1.149`. */
  oldest: string;
  /** Milliseconds. The program may have to be fetched first. */
  timeout: number;
}

/** The version that a program reports, or why the gate cannot rely on the program. */
export async function readProgramVersion(
  { name, file, args, oldest, timeout }: VersionQuery,
  context: GateContext,
): Promise<{ version: string } | { problem: Finding }> {
  const { variables, workspace, signal, redactor } = context;
  const line = `${name} ${args.join(' ')}`;
  const report = (how: string) => ({ problem: found(programBroken, { message: `\`${line}\` ${how}.` }) });
  const written = { stdout: '', stderr: '' };
  const onLine = (text: string, to: keyof typeof written) => {
    written[to] += `${text}\n`;
  };
  const limit = startDeadline(timeout, signal);
  try {
    // npx fetches a program, for which the .npmrc of actions/setup-node names this variable.
    const own = pickVariables(variables, 'NODE_AUTH_TOKEN');
    const env = makeChildEnvironment(context, { ...own, NO_COLOR: '1', CI: '1' });
    const status = await run({ file, args, cwd: workspace, env, signal: limit.signal, onLine });
    const version = /(?<![\d.])\d+\.\d+\.\d+\S*/.exec(written.stdout)?.[0];
    if (status !== 0 || version === undefined) {
      const said = (written.stderr.trim() || written.stdout.trim()).split('\n').at(-1);
      return report(
        `ended with status ${status}${said ? ` and said: ${toOneLine(said, redactor)}` : ' and printed no version'}`,
      );
    }
    if (!isOlder(version, oldest)) return { version };
    return {
      problem: found(programTooOld, { message: `${name} is ${version}, but the deploy needs ${oldest} or later.` }),
    };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.passed) return report(`did not end within ${timeout / 1000} s`);
    return report(`could not be started: ${formatError(error)}`);
  } finally {
    limit.clear();
  }
}

function isOlder(version: string, oldest: string): boolean {
  const [one, other] = [version, oldest].map(text => text.split(/[.-]/).slice(0, 3).map(Number));
  const [a = 0, b = 0, c = 0] = one ?? [];
  const [x = 0, y = 0, z = 0] = other ?? [];
  return a !== x ? a < x : b !== y ? b < y : c < z;
}
