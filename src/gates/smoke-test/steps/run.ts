import { stat } from 'node:fs/promises';
import { explainEnvironment, makeChildEnvironment } from '../../../clients/child-environment.ts';
import { startDeadline } from '../../../clients/deadline.ts';
import { runInGroup } from '../../../clients/process-group.ts';
import type { RunStep } from '../../../config/schema/smoke/steps/run.ts';
import type { Capture } from '../../../config/schema/smoke.ts';
import { unescapeValue } from '../../../config/variables.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { Variables } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { parseJson } from '../../../core/parse-json.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { capture } from '../captures/captures.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import { missingFile } from '../requests/body.ts';
import { findTokens } from '../secrets.ts';
import type { Visit } from '../visit.ts';

export const commandFailed: FindingKind = {
  code: 'smoke/command-failed',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A command of your own did not exit with 0, so the release is bad.',
  cause: 'What the command tests does not hold, or the command could not start.',
  help: 'Read the output of the command in the log of the step.',
};

export const commandTimedOut: FindingKind = {
  code: 'smoke/command-timed-out',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A command of your own did not end within its timeout, so the gate ended it and it decided nothing.',
  cause: 'The command waits for something that does not happen, or needs longer than its `timeout`.',
  help: 'Find where it stopped in the log of the step. If it is expected to take that long, raise `timeout`.',
};

/** How many characters of the output the gate keeps, from the end. */
const longestOutput = 512 * 1024;

/** Runs the command, and logs its output redacted and without workflow commands. */
export async function run(step: Step<RunStep>, visit: Visit): Promise<Outcome> {
  const { scope, context } = visit;
  const { declared } = step;
  const about = visit.describe(step);
  const directory = await findFolder(step, visit);
  const command = unescapeValue(declared.run); // its names are variables, which bash reads itself
  visit.showCommand(() => command);
  const started = performance.now();
  const env = makeChildEnvironment(context, scope.resolveTexts(declared.env), command);
  const ended = await execute({ command, directory, env, timeout: declared.timeout }, visit);
  const took = formatDuration(performance.now() - started);
  // Captured first: the log must already mask the secrets among the captures.
  const source = { json: () => parseJson(ended.output), text: () => ended.output };
  const missing = await capture(declared.capture, source, visit, about);
  for (const token of findTokens(ended.output)) context.redactor.add(token);
  const isHeld = missing.length > 0 && Object.values(declared.capture).some(isDeclaredSecret);
  const output = isHeld
    ? '(not shown: the secret to capture was not found in it, so nothing would mask it)'
    : ended.output;
  const omitted = ended.isCut && !isHeld ? '(the beginning is left out)\n' : '';
  context.log.fold(`${step.label}: ${command.split('\n')[0]}`, `${omitted}${output}`);
  if (ended.timedOut) {
    const message = `${about.target}: the command did not end within ${formatDuration(declared.timeout)}.`;
    return { verdict: 'error', findings: [found(commandTimedOut, { message, ...about.where })], detail: 'timed out' };
  }
  if (ended.code !== 0) {
    const last = output.trimEnd().split('\n').slice(-3).join(' ');
    const message = `${about.target}: the command exited with ${ended.code}. Its output ends: ${makeExcerpt(last, about.redact)}`;
    const help = `${commandFailed.help} ${explainEnvironment('run')}`;
    return failed([found(commandFailed, { message, help, ...about.where })], `exited with ${ended.code} in ${took}`);
  }
  return concludeFrom(missing, `exited with 0 in ${took}`);
}

function isDeclaredSecret(wanted: Capture): boolean {
  return typeof wanted !== 'string' && wanted.secret === true;
}

/** The absolute path of the working directory. Throws a GateError for one that is not in the repository. */
async function findFolder(step: Step<RunStep>, { scope, context }: Visit): Promise<string> {
  const { directory } = step.declared;
  const refuse = (why: string) => {
    const message = `${step.label} runs in ${directory}${why}.`;
    return new GateError([found(missingFile, { message, place: step.placeOf('directory') })]);
  };
  const folder = await resolveWithin(context.workspace, scope.resolveText(directory)).catch((error: unknown) => {
    throw refuse(`: ${formatError(error)}`);
  });
  if (folder === undefined) throw refuse(', which is outside the repository');
  if (!(await isFolder(folder))) throw refuse(', which is not a folder of the repository');
  return folder;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined); // missing, or not readable
  return found?.isDirectory() === true;
}

interface Command {
  command: string;
  directory: string;
  env: Variables;
  /** Milliseconds. */
  timeout: number;
}

interface Ended {
  code: number | string;
  /** If the output was cut, only its end in whole lines: half a secret would not be redacted. */
  output: string;
  isCut: boolean;
  timedOut: boolean;
}

/** Runs until the command ends, its time is over, or the run is cancelled. */
async function execute({ command, directory, env, timeout }: Command, { context }: Visit): Promise<Ended> {
  context.signal.throwIfAborted();
  const deadline = startDeadline(timeout, context.signal);
  let output = '';
  let isCut = false;
  try {
    const { status, signal } = await runInGroup({
      file: 'bash',
      args: ['-eo', 'pipefail', '-c', command],
      cwd: directory,
      env,
      signal: deadline.signal,
      onText: text => {
        output += text;
        isCut ||= output.length > longestOutput;
        output = output.slice(-longestOutput);
      },
    });
    context.signal.throwIfAborted();
    const lineEnd = output.indexOf('\n');
    const wholeLines = isCut ? (lineEnd < 0 ? '' : output.slice(lineEnd + 1)) : output;
    return { code: status ?? signal ?? 1, output: wholeLines, isCut, timedOut: deadline.passed };
  } finally {
    deadline.clear();
  }
}
