import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { invalidInput } from '../../../config/findings.ts';
import { smokeFileSchema } from '../../../config/schema/smoke.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatError, GateError, getErrorCode } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import { pluralize } from '../../../core/plural.ts';
import type { GateReport } from '../../../core/report.ts';
import type { Imported } from './flow-file.ts';
import { importHurl } from './hurl.ts';
import { importOpenapi } from './openapi.ts';
import { importPostman } from './postman.ts';

/**
 * Converts a Hurl file, a Postman collection or an OpenAPI document to a flow file in the same folder. Throws a GateError
 * for any other file, and if another file has its name.
 */
export async function importFlows(path: string, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const unreadable = (error: unknown) => {
    throw refuse(path, `it could not be read (${formatError(error)})`);
  };
  const file = await resolveWithin(context.workspace, path).catch(unreadable);
  if (file === undefined) throw refuse(path, 'it is outside the repository');
  const text = await readFile(file, 'utf8').catch(unreadable);
  const { flows, notes } = convert(text, path);
  const content = { flows: Object.fromEntries(flows) };
  const faults = smokeFileSchema.safeParse(content).error?.issues ?? [];
  const to = path.slice(0, path.length - extname(path).length).concat('.flows.yml');
  const head = [`Imported from ${basename(path)}. Include it with \`smoke: { include: [${to}] }\`.`];
  const faulty = faults.map(issue => `Fix by hand: ${issue.path.join('.')}: ${issue.message}`);
  const lines = [...head, ...notes.map(note => `Not imported: ${note}`), ...faulty];
  const comment = lines.map(line => `# ${line.replace(/\s+/g, ' ')}\n`).join('');
  await writeNew(to, `${comment}\n${stringify(content, { lineWidth: 120 })}`, path, context);
  for (const line of lines.slice(head.length)) context.log.info(line);
  const count = [...flows.values()].reduce((sum, steps) => sum + steps.length, 0);
  return {
    gate: 'smoke-test',
    verdict: 'passed',
    headline: `${to} has ${pluralize(count, 'step')} in ${pluralize(flows.size, 'flow')}. See the log for ${pluralize(lines.length - head.length, 'note')} on what to complete by hand. Nothing was sent.`,
    checks: [],
    outputs: { flows: '{}', imported: to },
    startedAt,
    finishedAt: context.clock.now(),
  };
}

function convert(text: string, path: string): Imported {
  const name = basename(path, extname(path));
  if (extname(path) === '.hurl') return importHurl(text, name);
  let document: unknown;
  try {
    document = parse(text, { logLevel: 'error' });
  } catch (error) {
    throw refuse(path, `it is neither a Hurl file, JSON nor YAML (${formatError(error).split('\n')[0]})`);
  }
  if (document !== null && typeof document === 'object') {
    if ('openapi' in document) return importOpenapi({ ...document }, name);
    if ('item' in document) return importPostman({ ...document }, name);
  }
  throw refuse(path, 'it is neither a Hurl file, a Postman collection (format 2) nor an OpenAPI document (3.x)');
}

/** Never overwrites a file, because people edit an imported one by hand. Does not follow links. */
async function writeNew(to: string, text: string, path: string, { workspace }: GateContext): Promise<void> {
  const file = resolve(workspace, to);
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (getErrorCode(error) !== 'EEXIST') throw refuse(path, `${to} could not be written (${formatError(error)})`);
    const before = await readFile(file, 'utf8').catch(() => undefined); // a folder, or a broken link
    if (before === text) return;
    const why = `the file ${to} for its flows already exists`;
    throw refuse(path, why, 'Delete or rename it, then import again.');
  }
}

const nameAnother = 'Name a .hurl file, a Postman collection or an OpenAPI document of the repository.';

function refuse(path: string, why: string, help = nameAnother): GateError {
  const message = `The input \`import\` names ${path}, but ${why}.`;
  return new GateError([found(invalidInput, { message, help })]);
}
