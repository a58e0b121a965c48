import { stat } from 'node:fs/promises';
import { startDeadline } from '../../../clients/deadline.ts';
import { runInGroup } from '../../../clients/process-group.ts';
import type { RunStep } from '../../../config/schema/smoke/behind.ts';
import { unescapeValue } from '../../../config/variables.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { Variables } from '../../../core/context.ts';
import { formatDuration } from '../../../core/duration.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import { makeExcerpt } from '../../../expectations/excerpt.ts';
import { parseJson } from '../../../expectations/json.ts';
import { capture } from '../captures/captures.ts';
import { failed } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { missingFile } from './body.ts';

export const commandFailed: FindingKind = {
  code: 'smoke/command-failed',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A command of your own says that the release is bad: it did not exit with 0.',
  cause: 'What the command tests does not hold, or it could not start.',
  help: 'See what it printed, in the log of the step.',
};

export const commandTimedOut: FindingKind = {
  code: 'smoke/command-timed-out',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A command of your own did not end in its time, so it was ended and decided nothing.',
  cause: 'It waits for something that does not come, or needs longer than its `timeout`.',
  help: 'See where it stopped in the log of the step; raise `timeout` if it is meant to take so long.',
};

/** What is kept of a command's output: its beginning is dropped before its end; characters. */
const longestOutput = 512 * 1024;

/** Runs the command, and shows what it printed, redacted and without power over the runner. */
export async function runRunStep(declared: RunStep, step: Step, visit: Visit): Promise<Outcome> {
  const { scope, context } = visit;
  const about = visit.about(step);
  const directory = await folderOf(declared, step, visit);
  const command = unescapeValue(declared.run); // its names are variables, which bash reads itself
  visit.asks(() => command);
  const started = performance.now();
  const ended = await execute(
    command,
    directory,
    { ...context.variables, ...scope.texts(declared.env) },
    declared.timeout,
    visit,
  );
  const took = formatDuration(performance.now() - started);
  const leftOut = ended.isCut ? '(the beginning is left out)\n' : '';
  context.log.fold(`${step.label}: ${command.split('\n')[0]}`, `${leftOut}${ended.output}`);
  if (ended.timedOut) {
    const message = `${about.target}: it did not end within ${formatDuration(declared.timeout)}.`;
    return { verdict: 'error', findings: [found(commandTimedOut, { message, ...about.where })], detail: 'ended' };
  }
  if (ended.code !== 0) {
    const last = ended.output.trimEnd().split('\n').slice(-3).join(' ');
    const message = `${about.target}: it exited with ${ended.code}. It ended with: ${makeExcerpt(last, about.redact)}`;
    return failed([found(commandFailed, { message, ...about.where })], `exited with ${ended.code} in ${took}`);
  }
  const source = { json: () => parseJson(ended.output), text: () => ended.output };
  return concludeFrom(await capture(declared.capture, source, visit, about), `exited with 0 in ${took}`);
}

/** Throws a GateError for what is no folder of the repository. */
async function folderOf(declared: RunStep, step: Step, { scope, context }: Visit): Promise<string> {
  const refused = (why: string) => {
    const message = `${step.label} runs in ${declared.directory}${why}.`;
    return new GateError([found(missingFile, { message, place: step.placeOf('directory') })]);
  };
  const directory = await resolveWithin(context.workspace, scope.text(declared.directory)).catch((error: unknown) => {
    throw refused(`: ${formatError(error)}`);
  });
  if (directory === undefined) throw refused(', which is outside the repository');
  if (!(await isFolder(directory))) throw refused(', which is no folder of the repository');
  return directory;
}

async function isFolder(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined); // not there, or not to be looked at
  return found?.isDirectory() === true;
}

interface Ended {
  code: number | string;
  /** Where it was long only the end, in whole lines: half a secret would not be recognised. */
  output: string;
  isCut: boolean;
  timedOut: boolean;
}

/** Runs until the command ends, its time is over, or the run is cancelled. */
async function execute(
  command: string,
  cwd: string,
  env: Variables,
  timeout: number,
  { context }: Visit,
): Promise<Ended> {
  context.signal.throwIfAborted();
  const deadline = startDeadline(timeout, context.signal);
  let output = '';
  let isCut = false;
  try {
    const { status, signal } = await runInGroup({
      file: 'bash',
      args: ['-eo', 'pipefail', '-c', command],
      cwd,
      env,
      signal: deadline.signal,
      onText: text => {
        output += text;
        isCut ||= output.length > longestOutput;
        output = output.slice(-longestOutput);
      },
    });
    context.signal.throwIfAborted();
    const wholeLines = isCut ? output.slice(output.indexOf('\n') + 1) : output;
    return { code: status ?? signal ?? 1, output: wholeLines, isCut, timedOut: deadline.passed };
  } finally {
    deadline.clear();
  }
}
