import { missingFile, missingSection } from '../../../config/findings.ts';
import type { Configuration } from '../../../config/load.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { GateReport } from '../../../core/report.ts';
import { selectSourceCode } from '../code/check.ts';
import { isGiven } from '../code/known-names.ts';
import { findReads } from '../code/reads.ts';
import { walkFiles } from '../code/walk.ts';
import { readExampleFiles } from '../examples.ts';
import { parseDotenv } from '../sources/dotenv-parse.ts';
import { createPlatformSource } from '../sources/platform.ts';
import { guessDeclaration } from './guess.ts';

/** Variables of a service with an example of each, where an example file has one. */
type Names = Map<string, string | undefined>;

/**
 * Drafts a contract from example files, the code, and the names on the platforms. It guesses types by name, shows no
 * values and changes nothing.
 */
export async function draftContract(
  configuration: () => Promise<Configuration>,
  context: GateContext,
): Promise<GateReport> {
  const startedAt = context.clock.now();
  const config = await loadIfPresent(configuration);
  const services = config ? Object.keys(config.services) : [];
  const names = new Map<string, Names>();
  for (const service of services.length > 0 ? services : ['app']) {
    names.set(service, await collectNames(service, config, services.length < 2, context));
  }
  const count = [...names.values()].reduce((sum, { size }) => sum + size, 0);
  if (count === 0) {
    const message = 'No example file, code or platform names a variable, so no contract can be drafted.';
    const help =
      'Add a .env.example with the names, or declare the services under `services`, and run the draft again.';
    throw new GateError([found(missingSection, { message, help })]);
  }
  const contract = formatContract(names);
  context.log.info('A draft of the contract. Its types are guesses: review and correct them, then save it as');
  context.log.info('.github/release-gates.yml, or add it to your existing file.');
  context.log.quote(contract);
  return {
    gate: 'validate-env',
    verdict: 'passed',
    headline: `A contract of ${pluralize(count, 'variable')} was drafted: see the log or the output \`contract\`. Nothing was checked.`,
    checks: [],
    outputs: { fingerprint: '', contract },
    startedAt,
    finishedAt: context.clock.now(),
  };
}

/** Undefined when the file does not exist yet: the draft starts it. */
async function loadIfPresent(configuration: () => Promise<Configuration>): Promise<Configuration | undefined> {
  try {
    return await configuration();
  } catch (error) {
    if (error instanceof GateError && error.findings.every(({ code }) => code === missingFile.code)) return undefined;
    throw error;
  }
}

async function collectNames(
  service: string,
  config: Configuration | undefined,
  isOnly: boolean,
  context: GateContext,
): Promise<Names> {
  const { folder, code = [] } = config?.sources[service] ?? {};
  const { workspace, signal } = context;
  const names: Names = new Map();
  const examples = await readExampleFiles(workspace, folder === undefined ? [] : [folder]);
  for (const { path, text } of examples) {
    if (!isOnly && (folder === undefined || !path.startsWith(`${folder}/`))) continue;
    for (const { name, value, shown } of parseDotenv(text).assignments) if (shown) names.set(name, value);
  }
  const paths = code.length > 0 ? code : folder === undefined ? (isOnly ? ['.'] : []) : [folder];
  for await (const { text } of walkFiles(selectSourceCode(workspace, paths, signal))) {
    for (const { name } of findReads(text)) if (!names.has(name) && !isGiven(name)) names.set(name, undefined);
  }
  for (const name of await listPlatformNames(service, config, context))
    if (!names.has(name)) names.set(name, undefined);
  return names;
}

/** A platform that cannot be read is logged; the draft then has what the repository has. */
async function listPlatformNames(
  service: string,
  config: Configuration | undefined,
  context: GateContext,
): Promise<readonly string[]> {
  const target = config?.services[service];
  if (target === undefined) return [];
  try {
    const source = createPlatformSource({ service, target, context });
    return (await source.read(context.signal)).readings.names;
  } catch (error) {
    context.signal.throwIfAborted();
    context.log.info(`The draft lacks the names on the platform of ${service}: ${formatError(error)}`);
    return [];
  }
}

function formatContract(services: Map<string, Names>): string {
  const lines = [...services].flatMap(([service, names]) => [
    `  ${service}:`,
    ...[...names].map(([name, example]) => `    ${name}: ${guessDeclaration(name, example)}`),
  ]);
  return ['env:', ...lines, ''].join('\n');
}
