import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { invalidInput } from '../../../config/findings.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import type { SmokeReport } from '../gate.ts';
import { jsonOf } from './json.ts';
import { junitOf } from './junit.ts';

/** Where reports are written, from the root of the repository; empty where none is. */
export interface ReportPaths {
  junit: string;
  json: string;
}

/** Throws a GateError for a path outside the repository, before anything is sent. */
export async function checkReportPaths(paths: ReportPaths, { workspace }: GateContext): Promise<void> {
  for (const [input, path] of Object.entries(paths)) {
    let why = 'is outside the repository';
    const file = await resolveWithin(workspace, path).catch((error: unknown) => {
      why = `leads nowhere (${formatError(error)})`;
    });
    if (file !== undefined) continue;
    const message = `The input \`${input}\` is "${path}", which ${why}.`;
    throw new GateError([found(invalidInput, { message, help: 'Name a file below the root of the repository.' })]);
  }
}

/**
 * Writes the reports that are asked for, without secrets. What cannot be written is said in the log: no release is lost
 * over it.
 */
export async function writeReports(report: SmokeReport, paths: ReportPaths, context: GateContext): Promise<void> {
  if (Object.values(paths).every(path => path === '')) return;
  const safe = context.redactor.redactAll(report);
  for (const [path, text] of [
    [paths.junit, junitOf],
    [paths.json, jsonOf],
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
