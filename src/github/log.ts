import { debug, isDebug } from '@actions/core';
import type { CheckResult } from '../core/check.ts';
import type { Log } from '../core/context.ts';
import { formatDuration } from '../core/duration.ts';
import type { Finding, Place } from '../core/finding.ts';
import type { Redactor } from '../core/redaction.ts';
import type { Verdict } from '../core/verdict.ts';

const marks: Record<Verdict, string> = { passed: '✓', failed: '✗', inconclusive: '?', error: '!' };

/** The log of the step. It redacts secrets, and no text in it can become a workflow command. */
export function createLog(redactor: Redactor, write: (text: string) => void = writeTogether): Log {
  const print = (text: string, bar: string) => {
    for (const line of redactor.redact(text).split(/\r\n|\r|\n/)) write(`${bar}${defuseCommands(line)}\n`);
  };
  const debugs = isDebug();
  return {
    info: text => print(text, ''),
    quote: text => print(text.trimEnd(), '  │ '),
    fold: (title, text) => {
      // docs: GitHub Actions, workflow commands, grouping log lines
      write(`::group::${defuseCommands(redactor.redact(title).replace(/\s+/g, ' ')).replaceAll('%', '%25')}\n`);
      if (text.trim() !== '') print(text.trimEnd(), '  │ ');
      write('::endgroup::\n');
    },
    // Without debug logging the runner drops these lines, and there can be thousands.
    debug: text => {
      if (debugs) debug(defuseCommands(redactor.redact(text)));
    },
  };
}

function writeTogether(text: string): void {
  holdOutput();
  process.stdout.write(text);
}

/** Collects all writes of the current tick, so that they reach the runner in order and in one system call. */
export function holdOutput(): void {
  const { stdout } = process;
  if (stdout.writableCorked > 0) return;
  stdout.cork();
  process.nextTick(() => stdout.uncork());
}

/**
 * The runner executes a line that starts with `::`, after optional white space, and `##[` anywhere in a line, from
 * stdout and stderr (actions/runner ActionCommandManager.cs). For .NET, the control character NEL is white space, too.
 */
function defuseCommands(line: string): string {
  return line.replace(/^([\s\x85]*):(?=:)/, '$1: ').replaceAll('##[', '## [');
}

/** Prints a check with its findings below it. */
export function logResult(log: Log, result: CheckResult): void {
  const detail = result.detail ? ` — ${result.detail}` : '';
  log.info(
    `${marks[result.verdict]} ${result.name}${detail} (${formatDuration(result.finishedAt - result.startedAt)})`,
  );
  for (const finding of result.findings) logFinding(log, finding);
}

export function logFinding(log: Log, finding: Finding): void {
  const place = finding.place ? ` (${formatPlace(finding.place)})` : '';
  log.info(`    ${finding.severity} ${finding.code}: ${finding.message}${place}`);
  log.info(`      → ${finding.help}`);
}

export function formatPlace({ path, line, column }: Place): string {
  return [path, line, column].filter(part => part !== undefined).join(':');
}
