import { startDeadline } from '../clients/deadline.ts';
import type { GateContext, Variables } from '../core/context.ts';
import { formatError } from '../core/errors.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';
import { toOneLine } from '../core/one-line.ts';
import { run } from './program.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const programBroken: FindingKind = {
  ...delivery,
  code: 'deploy/program-broken',
  meaning: 'A program that the deploy needs is there and does not run. Nothing was changed.',
  cause: 'A broken install, another program of the same name, or a package registry that did not answer.',
  help: 'Run it with the same arguments in a step before this gate, and mend what it says.',
};

export const programTooOld: FindingKind = {
  ...delivery,
  code: 'deploy/program-too-old',
  meaning: 'A program that the deploy needs is so old that it works in another way. Nothing was changed.',
  cause: 'A pinned version in the step that installs it, or an old image of the runner.',
  help: 'Install a version of today.',
};

export interface Asked {
  /** As a person knows it. */
  name: string;
  /** A path. */
  file: string;
  args: string[];
  /** The oldest that will do, such as `0.1.149`. */
  oldest: string;
  /** Milliseconds; it may have to be fetched first. */
  timeout: number;
}

/** Of the step's variables, what a program needs to run or npm to fetch one: no token of a platform is among them. */
const harmless = /^(?:PATH|HOME|LANG|TMPDIR|XDG_\w+|NODE_EXTRA_CA_CERTS|(?:https?|no|all)_proxy|npm_config_.*)$/i;

/** The version that a program tells, before it is relied upon; or why it cannot be. */
export async function readProgramVersion(
  { name, file, args, oldest, timeout }: Asked,
  { variables, workspace, signal, redactor }: GateContext,
): Promise<{ version: string } | { problem: Finding }> {
  const line = `${name} ${args.join(' ')}`;
  const broken = (how: string) => ({ problem: found(programBroken, { message: `\`${line}\` ${how}.` }) });
  const written = { stdout: '', stderr: '' };
  const onLine = (text: string, to: keyof typeof written) => {
    written[to] += `${text}\n`;
  };
  const limit = startDeadline(timeout, signal);
  try {
    const env = environmentFor(variables);
    const status = await run({ file, args, cwd: workspace, env, signal: limit.signal, onLine });
    const version = /(?<![\d.])\d+\.\d+\.\d+\S*/.exec(written.stdout)?.[0];
    if (status !== 0 || version === undefined) {
      const said = (written.stderr.trim() || written.stdout.trim()).split('\n').at(-1);
      return broken(
        `ended with status ${status}${said ? ` and said: ${toOneLine(said, redactor)}` : ' and told no version'}`,
      );
    }
    if (!isOlder(version, oldest)) return { version };
    return { problem: found(programTooOld, { message: `${name} is ${version}; at least ${oldest} is needed.` }) };
  } catch (error) {
    signal.throwIfAborted();
    if (limit.passed) return broken(`did not end within ${timeout / 1000} s`);
    return broken(`could not be started: ${formatError(error)}`);
  } finally {
    limit.clear();
  }
}

function environmentFor(variables: Variables): Variables {
  const needed = Object.entries(variables).filter(([name]) => harmless.test(name));
  return { ...Object.fromEntries(needed), NO_COLOR: '1', CI: '1' };
}

function isOlder(version: string, oldest: string): boolean {
  const [one, other] = [version, oldest].map(text => text.split(/[.-]/).slice(0, 3).map(Number));
  const [a = 0, b = 0, c = 0] = one ?? [];
  const [x = 0, y = 0, z = 0] = other ?? [];
  return a !== x ? a < x : b !== y ? b < y : c < z;
}
