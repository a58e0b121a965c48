import { setTimeout as sleep } from 'node:timers/promises';
import type { GateContext, Variables } from '../core/context.ts';
import { messageOf } from '../core/errors.ts';
import { type Finding, type FindingKind, found } from '../core/finding.ts';

const delivery = { severity: 'error', boundary: 'delivery' } as const;

export const programBroken: FindingKind = {
  ...delivery,
  code: 'deploy/program-broken',
  meaning: 'A program that the deploy needs is there and does not run. Nothing was changed.',
  cause: 'A broken install, another program of the same name, or a package registry that did not answer.',
  remedy: 'Run it with the same arguments in a step before this gate, and mend what it says.',
};

export const programTooOld: FindingKind = {
  ...delivery,
  code: 'deploy/program-too-old',
  meaning: 'A program that the deploy needs is so old that it works in another way. Nothing was changed.',
  cause: 'A pinned version in the step that installs it, or an old image of the runner.',
  remedy: 'Install a version of today.',
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
export async function programVersion(
  { name, file, args, oldest, timeout }: Asked,
  { variables, workspace, signal }: GateContext,
): Promise<{ version: string } | { problem: Finding }> {
  const line = `${name} ${args.join(' ')}`;
  const broken = (how: string) => ({ problem: found(programBroken, { seen: `\`${line}\` ${how}.` }) });
  const answered = new AbortController();
  try {
    const late = sleep(timeout, undefined, { signal: AbortSignal.any([signal, answered.signal]) });
    const answer = await Promise.race([ask(file, args, variables, workspace), late]);
    if (answer === undefined) return broken(`did not end within ${timeout / 1000} s`);
    const { exitCode, stdout, stderr } = answer;
    const version = /(?<![\d.])\d+\.\d+\.\d+\S*/.exec(stdout)?.[0];
    if (exitCode !== 0 || version === undefined) {
      const said = `${stderr}\n${stdout}`.trim().split('\n').at(-1)?.trim().slice(0, 200);
      return broken(`ended with status ${exitCode}${said ? ` and said: ${said}` : ' and told no version'}`);
    }
    if (!isOlder(version, oldest)) return { version };
    return { problem: found(programTooOld, { seen: `${name} is ${version}; at least ${oldest} is needed.` }) };
  } catch (error) {
    signal.throwIfAborted();
    return broken(`could not be started: ${messageOf(error)}`);
  } finally {
    answered.abort();
  }
}

async function ask(file: string, args: string[], variables: Variables, cwd: string) {
  const { getExecOutput } = await import('./exec.ts');
  const env: Record<string, string> = { NO_COLOR: '1', CI: '1' };
  for (const [name, value] of Object.entries(variables))
    if (value !== undefined && harmless.test(name)) env[name] = value;
  // A first argument with spaces would be taken apart.
  return getExecOutput(`"${file}"`, args, { cwd, env, silent: true, ignoreReturnCode: true });
}

function isOlder(version: string, oldest: string): boolean {
  const [one, other] = [version, oldest].map(text => text.split(/[.-]/).slice(0, 3).map(Number));
  const [a = 0, b = 0, c = 0] = one ?? [];
  const [x = 0, y = 0, z = 0] = other ?? [];
  return a !== x ? a < x : b !== y ? b < y : c < z;
}
