import { readFile, writeFile } from 'node:fs/promises';
import { basename, extname, resolve } from 'node:path';
import { parse, stringify } from 'yaml';
import { invalidInput } from '../../../config/findings.ts';
import { smokeFileSchema } from '../../../config/schema/smoke.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatError, GateError, getErrorCode } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import type { GateReport } from '../../../core/report.ts';
import type { Imported } from './flow-file.ts';
import { importHurl } from './hurl.ts';
import { importOpenapi } from './openapi.ts';
import { importPostman } from './postman.ts';

/**
 * Makes a flow file of a Hurl file, a Postman collection or an OpenAPI document, beside it. Throws a GateError for
 * anything else, and where another file has its name.
 */
export async function importFlows(path: string, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const unreadable = (error: unknown) => {
    throw refused(path, `it could not be read (${formatError(error)})`);
  };
  const file = await resolveWithin(context.workspace, path).catch(unreadable);
  if (file === undefined) throw refused(path, 'it is outside the repository');
  const text = await readFile(file, 'utf8').catch(unreadable);
  const { flows, notes } = importedFrom(text, path);
  const content = { flows: Object.fromEntries(flows) };
  const faults = smokeFileSchema.safeParse(content).error?.issues ?? [];
  const to = path.slice(0, path.length - extname(path).length).concat('.flows.yml');
  const head = [`Made from ${basename(path)}. Take it in with \`smoke: { include: [${to}] }\`.`];
  const faulty = faults.map(issue => `To be mended by hand: ${issue.path.join('.')}: ${issue.message}`);
  const comment = [...head, ...notes.map(note => `Not carried over: ${note}`), ...faulty].map(
    line => `# ${line.replace(/\s+/g, ' ')}\n`,
  );
  await writeNew(to, `${comment.join('')}\n${stringify(content, { lineWidth: 120 })}`, path, context);
  for (const note of [...notes, ...faulty]) context.log.info(`Not carried over: ${note}`);
  const count = [...flows.values()].reduce((sum, steps) => sum + steps.length, 0);
  return {
    gate: 'smoke-test',
    verdict: 'passed',
    headline: `${to} has ${count} steps in ${flows.size} flows; ${notes.length + faulty.length} things were not carried over. Nothing was sent.`,
    checks: [],
    outputs: { flows: '{}', imported: to },
    startedAt,
    finishedAt: context.clock.now(),
  };
}

function importedFrom(text: string, path: string): Imported {
  const name = basename(path, extname(path));
  if (extname(path) === '.hurl') return importHurl(text, name);
  let document: unknown;
  try {
    document = parse(text, { logLevel: 'error' });
  } catch (error) {
    throw refused(path, `it is neither Hurl, JSON nor YAML (${formatError(error).split('\n')[0]})`);
  }
  if (document !== null && typeof document === 'object') {
    if ('openapi' in document) return importOpenapi({ ...document }, name);
    if ('item' in document) return importPostman({ ...document }, name);
  }
  throw refused(path, 'it is no Hurl file, no Postman collection (format 2) and no OpenAPI document (3.x)');
}

/** Whoever mended the file of an earlier import by hand keeps it. A link is not followed, wherever it leads. */
async function writeNew(to: string, text: string, path: string, { workspace }: GateContext): Promise<void> {
  const file = resolve(workspace, to);
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if (getErrorCode(error) !== 'EEXIST') throw refused(path, `${to} could not be written (${formatError(error)})`);
    const before = await readFile(file, 'utf8').catch(() => undefined); // a folder, or a link that leads nowhere
    if (before === text) return;
    const why = `${to}, which would be made of it, is there already`;
    throw refused(path, why, 'Delete or rename it, then import again.');
  }
}

const nameAnother = 'Name a .hurl file, a Postman collection or an OpenAPI document of the repository.';

function refused(path: string, why: string, help = nameAnother): GateError {
  const message = `The input \`import\` names ${path}, and ${why}.`;
  return new GateError([found(invalidInput, { message, help })]);
}
