import { readFile, stat } from 'node:fs/promises';
import type { Variables } from '../../../core/context.ts';
import { formatError, GateError, getErrorCode } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { resolveInCheckout } from '../in-checkout.ts';
import { expandVariables } from './dotenv-expand.ts';
import { parseDotenv } from './dotenv-parse.ts';
import { mergeVariables, type Reading, readValue } from './readings.ts';
import type { Source } from './source.ts';

export const unreadableFile: FindingKind = {
  code: 'env/unreadable-file',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A dotenv file under `sources` could not be read.',
  cause: 'It is not in the checkout, or the step that creates it did not run.',
  help: 'Correct its path under `sources`, or create the file before this gate.',
};

export const dotenvFault: FindingKind = {
  code: 'env/dotenv-fault',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A line of a dotenv file is ambiguous: `dotenv` skips it, or tools read it differently.',
  cause:
    'A quote is not closed, a variable is set twice, a line is not an assignment, or a key of several lines has no quotes.',
  help: 'Fix the line that the finding names.',
};

/** Bytes; larger files are not written by hand. */
const largest = 4 * 1024 * 1024;

interface DotenvFiles {
  service: string;
  paths: string[];
  workspace: string;
  step: Variables;
  /** Whether the service replaces `$NAME` in its dotenv files. */
  expands: () => Promise<boolean>;
}

/** Dotenv files; a variable in several has the value of the last. */
export function createDotenvSource({ service, paths, workspace, step, expands }: DotenvFiles): Source {
  const list = paths.join(', ');
  return {
    name: `${service} in ${list}`,
    boundary: 'delivery',
    read: async () => {
      const findings: Finding[] = [];
      const readings = new Map<string, Reading>();
      const hidden = new Set<string>();
      for (const path of paths) {
        const { assignments, faults } = parseDotenv(await readText(path, workspace));
        for (const { line, severity, problem, help } of faults)
          findings.push(found(dotenvFault, { message: `${path} ${problem}.`, help, severity, place: { path, line } }));
        const read = Object.fromEntries(assignments.map(({ name, value }) => [name, value]));
        const values = (await expands()) ? expandVariables(read) : read;
        for (const { name, value, line, shown } of assignments) {
          readings.set(name, readValue(values[name] ?? value, { path, line }));
          if (!shown) hidden.add(name);
        }
      }
      const values = [...readings].flatMap(([name, reading]) =>
        reading.state === 'set' ? [[name, reading.value] as const] : [],
      );
      return {
        findings,
        readings: {
          kind: 'files',
          at: { place: `in ${list}`, suffix: ` in ${list}` },
          get: name => readings.get(name),
          names: [...readings.keys()].filter(name => !hidden.has(name)),
          staged: new Set(),
          seenByBuild: true,
          explainSetting: name => `Add a line \`${name}=…\` to ${paths.at(-1)}.`,
          variables: mergeVariables(step, Object.fromEntries(values)),
        },
      };
    },
  };
}

async function readText(path: string, workspace: string): Promise<string> {
  const file = await resolveInCheckout(workspace, path);
  try {
    const { size } = await stat(file);
    if (size > largest)
      throw new GateError([
        found(unreadableFile, { message: `${path} has ${size} bytes, more than the limit of ${largest}.` }),
      ]);
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof GateError) throw error;
    const why = getErrorCode(error) === 'ENOENT' ? 'the checkout has no such file' : formatError(error);
    throw new GateError([found(unreadableFile, { message: `${path} could not be read: ${why}.` })]);
  }
}
