import { relative, resolve } from 'node:path';
import type * as z from 'zod';
import { explainError, GateError } from '../core/errors.ts';
import { type Finding, found, type Place } from '../core/finding.ts';
import { isMapping } from '../core/is-mapping.ts';
import { suggestName } from '../core/nearest.ts';
import { NotReadable, readWithin } from '../core/read-within.ts';
import { largestFile } from './bounds.ts';
import { type ConfigDocument, type Path, parseConfigDocument } from './document.ts';
import { missingFile, tooLargeFile, unknownEnvironment } from './findings.ts';
import { resolveIncludes } from './includes.ts';
import { explainIssues } from './issues.ts';
import { listEntries } from './mapping.ts';
import { Names } from './names.ts';
import { hasPolicy, type JudgedValue, keepPolicy, type PolicyKey, unknownPolicy } from './policy.ts';
import { checkReferences } from './references.ts';
import { type ConfigurationValues, emptyConfiguration, loadSchema } from './schema.ts';

/** A valid configuration for one environment. */
export interface Configuration extends ConfigurationValues {
  /** From the root of the repository. */
  path: string;
  /** The chosen environment, or empty if the configuration has none. */
  environment: string;
  /** Where the change that the run proposes would loosen its own policy, or why that is not known. */
  policy: Finding[];
  placeOf(path: Path): Place;
  placeOfKey(path: Path): Place;
}

export interface ConfigurationRequest {
  workspace: string;
  /** From the root of the repository. */
  path: string;
  /** If empty, the only environment of the file. */
  environment: string;
  commit: string;
}

/** The policy that a proposed change is judged by. */
export interface BasePolicy {
  keys: readonly PolicyKey[];
  /** Reads a file of the base; undefined where the base does not have it. Throws a GateError when it cannot. */
  read(path: string): Promise<string | undefined>;
}

/**
 * Reads, interpolates and validates release-gates.yml. Names in UPPER_CASE stay: the gate that needs one reads it from
 * the step's environment. Where the run proposes a change, its base decides how strictly it is judged. Throws a GateError
 * with every fault of the file.
 */
export async function loadConfiguration(request: ConfigurationRequest, base?: BasePolicy): Promise<Configuration> {
  const document = parseConfigDocument(await readConfigFile(request), request.path);
  const whole = await resolveIncludes(document, path => readInclude(request.workspace, path));
  const read = readValues(whole, request);
  const judged = base && (await judgeByBase(read, base, request));
  const value = judged?.value ?? read.value;
  const schema = await loadSchema(isMapping(value) ? Object.keys(value) : []);
  return { ...validate({ ...read, value }, schema), policy: judged?.findings ?? [] };
}

/** The same for a document and the schema of its sections. */
export function buildConfiguration(
  document: ConfigDocument,
  request: Omit<ConfigurationRequest, 'workspace'>,
  schema: z.ZodType<Partial<ConfigurationValues>>,
): Configuration {
  return validate(readValues(document, request), schema);
}

/** What a file says for one environment, not validated yet. */
interface Read {
  document: ConfigDocument;
  environment: string;
  value: unknown;
  /** Names that nothing defines. */
  findings: Finding[];
}

function readValues(document: ConfigDocument, request: Omit<ConfigurationRequest, 'workspace'>): Read {
  const environment = chooseEnvironment(document, request.environment);
  const names = new Names(document, ['environments', environment], { environment, commit: request.commit });
  return { document, environment, value: names.interpolate() ?? {}, findings: names.findings };
}

function validate(
  { document, environment, value, findings: unknown }: Read,
  schema: z.ZodType<Partial<ConfigurationValues>>,
): Configuration {
  const parsed = schema.safeParse(value);
  const issues = explainIssues(parsed.error?.issues ?? [], schema, { ...document, value });
  // An unknown name often breaks the rules of its key too. One finding for each place is enough.
  const findings = [...unknown, ...issues.filter(issue => !unknown.some(at => isSamePlace(at, issue)))];
  const values = { ...emptyConfiguration, ...parsed.data };
  if (parsed.data) findings.push(...checkReferences(values, document));
  if (findings.length > 0) throw new GateError(findings);
  return {
    ...values,
    path: document.path,
    environment,
    policy: [],
    placeOf: document.placeOf,
    placeOfKey: document.placeOfKey,
  };
}

/** The value with the base's policy where the change would loosen it; without the base, with no policy of its own. */
async function judgeByBase(read: Read, base: BasePolicy, request: ConfigurationRequest): Promise<JudgedValue> {
  if (!hasPolicy(read.value, base.keys)) return { value: read.value, findings: [] };
  try {
    const text = await base.read(request.path);
    const before = text === undefined ? {} : readBaseValues(text, read.environment, request);
    return keepPolicy(read.value, before, base.keys, read.document);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    const { value, findings } = keepPolicy(read.value, {}, base.keys, read.document);
    return { value, findings: [...findings, found(unknownPolicy, { message: explainError(error) })] };
  }
}

function readBaseValues(text: string, environment: string, { path, commit }: ConfigurationRequest): unknown {
  const document = parseConfigDocument(text, path);
  return new Names(document, ['environments', environment], { environment, commit }).interpolate();
}

async function readConfigFile({ workspace, path }: ConfigurationRequest): Promise<string> {
  try {
    return (await readWithin(workspace, path, largestFile)).toString('utf8');
  } catch (error) {
    if (!(error instanceof NotReadable)) throw error;
    const shown = relative(workspace, resolve(workspace, path)) || 'named by the input `config`';
    const message = `The gate could not read the configuration file ${shown}: ${error.message}.`;
    const isTooLarge = error.size !== undefined;
    throw new GateError([
      isTooLarge ? found(tooLargeFile, { message, place: { path } }) : found(missingFile, { message }),
    ]);
  }
}

async function readInclude(workspace: string, path: string): Promise<string> {
  return (await readWithin(workspace, path, largestFile)).toString('utf8');
}

/** The requested environment, or the only one. If the file has no environments, the request as it is. */
function chooseEnvironment(document: ConfigDocument, wanted: string): string {
  const known = listEntries(document.value, ['environments']).map(([name]) => name);
  const name = wanted || (known.length === 1 ? (known[0] ?? '') : '');
  if (known.length === 0 || known.includes(name)) return name;
  const message = wanted
    ? `The environment "${wanted}" is not in ${document.path}.`
    : `${document.path} has ${known.length} environments, but the input \`environment\` is empty.`;
  const help = wanted ? suggestName(wanted, known) : `Set the input \`environment\` to one of: ${known.join(', ')}.`;
  throw new GateError([found(unknownEnvironment, { message, help, place: document.placeOfKey(['environments']) })]);
}

function isSamePlace(a: Finding, b: Finding): boolean {
  return a.place?.line === b.place?.line && a.place?.column === b.place?.column;
}
