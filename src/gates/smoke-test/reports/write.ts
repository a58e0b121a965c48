import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { invalidInput } from '../../../config/findings.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import type { SmokeReport } from '../gate.ts';
import { formatJson } from './json.ts';
import { formatJunit } from './junit.ts';

/** The paths of the reports, relative to the root of the repository; empty for a report that is not written. */
export interface ReportPaths {
  junit: string;
  json: string;
}

/** Throws a GateError for a path outside the repository, before the gate sends anything. */
export async function checkReportPaths(paths: ReportPaths, { workspace }: GateContext): Promise<void> {
  for (const [input, path] of Object.entries(paths)) {
    const why = await explainPath(workspace, path);
    if (why === undefined) continue;
    const message = `The input \`${input}\` is "${path}", which ${why}.`;
    throw new GateError([found(invalidInput, { message, help: 'Write a path below the root of the repository.' })]);
  }
}

/** Writes the reports without secrets. Logs a report that it cannot write, because that must not fail a release. */
export async function writeReports(report: SmokeReport, paths: ReportPaths, context: GateContext): Promise<void> {
  if (Object.values(paths).every(path => path === '')) return;
  const safe = context.redactor.redactAll(report);
  for (const [path, text] of [
    [paths.junit, formatJunit],
    [paths.json, formatJson],
  ] as const) {
    if (path === '') continue;
    const file = resolve(context.workspace, path);
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text(safe));
    } catch (error) {
      context.log.info(`The report ${path} could not be written: ${formatError(error)}.`);
    }
  }
}

/** Why a report cannot have this path; undefined if it can. */
async function explainPath(workspace: string, path: string): Promise<string | undefined> {
  try {
    const file = await resolveWithin(workspace, path);
    return file === undefined ? 'is outside the repository' : undefined;
  } catch (error) {
    return `cannot be resolved (${formatError(error)})`;
  }
}
