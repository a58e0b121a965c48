import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { composeEnd } from '../../channels/message.ts';
import { type MessageMemory, tellChannels } from '../../channels/tell.ts';
import type { Configuration } from '../../config/load.ts';
import type { ReleaseAccount } from '../../core/account.ts';
import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { explainError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { reportOutcome } from '../../core/run-to-end.ts';
import { type AccountSources, accountRelease } from './account.ts';
import { readConfiguration } from './configuration.ts';
import { listExpectedGates } from './expected-gates.ts';
import { renderFiles } from './files/index.ts';
import { nothingToReport } from './findings.ts';

export interface ReportOptions extends Pick<AccountSources, 'repository' | 'run' | 'record' | 'outcomes'> {
  /** The gates that the release should have; empty: those that the configuration has work for. */
  expected: string[];
  /** Where the files of the report go: an absolute path. */
  folder: string;
  messages: MessageMemory;
  /** Throws a GateError. */
  loadConfiguration(): Promise<Configuration>;
  /** The first line of the message of a commit. Throws a GateError. */
  readSubject(commit: string): Promise<string>;
}

/** Reports a release at its end. A bad release does not fail the report; a release without any gate does. */
export async function reportRelease(options: ReportOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const [{ config, channels, checks: unread }, subject] = await Promise.all([
    readConfiguration(options.loadConfiguration, context),
    readSubject(options, context),
  ]);
  const account = context.redactor.redactAll(
    accountRelease({
      ...options,
      environment: config?.environment ?? '',
      subject,
      services: config?.services ?? {},
      expected: options.expected.length > 0 || !config ? options.expected : listExpectedGates(config),
      now: context.clock.now(),
    }),
  );
  await writeFiles(options.folder, account);
  const told = await tellChannels(channels, composeEnd(account), options.messages, context);
  const checks = [...checkGatesRan(account, context), ...unread, ...told];
  const { ending, headline } = account;
  return {
    gate: 'report',
    verdict: combineVerdicts(checks),
    headline: `${ending}: ${headline}`,
    checks,
    outputs: { ending, folder: options.folder, page: join(options.folder, 'release.html') },
    summary: account,
    startedAt,
    finishedAt: context.clock.now(),
  };
}

async function readSubject(options: ReportOptions, { log }: GateContext): Promise<string | undefined> {
  try {
    return await options.readSubject(options.record.commit);
  } catch (error) {
    log.info(`The report does not show the message of the commit: ${explainError(error)}`);
    return undefined;
  }
}

async function writeFiles(folder: string, account: ReleaseAccount): Promise<void> {
  await mkdir(folder, { recursive: true });
  await Promise.all(renderFiles(account).map(({ name, text }) => writeFile(join(folder, name), text)));
}

function checkGatesRan({ gates, commit, environment }: ReleaseAccount, context: GateContext): CheckResult[] {
  if (gates.some(({ verdict }) => verdict !== 'not-run')) return [];
  const where = environment ? ` to ${environment}` : '';
  const message = `No gate of the release of ${commit.slice(0, 7)}${where} left an outcome or a record.`;
  return [reportOutcome('gates', { verdict: 'error', findings: [found(nothingToReport, { message })] }, context)];
}
