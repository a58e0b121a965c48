import { readFile } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { GateError, messageOf } from '../core/errors.ts';
import { type Finding, found, type Place } from '../core/finding.ts';
import { suggestion } from '../core/nearest.ts';
import { type ConfigDocument, type Path, parseConfigDocument } from './document.ts';
import { missingFile, unknownEnvironment, unknownName } from './findings.ts';
import { interpolate } from './interpolation.ts';
import { findingsOfIssues, where } from './issues.ts';
import { findingsOfReferences } from './references.ts';
import { type ConfigurationValues, configurationSchema } from './schema.ts';

/** A valid configuration for one environment. */
export interface Configuration extends ConfigurationValues {
  /** From the root of the repository. */
  path: string;
  /** The chosen environment; empty where the configuration has none. */
  environment: string;
  placeOf(path: Path): Place;
  placeOfKey(path: Path): Place;
}

export interface ConfigurationRequest {
  workspace: string;
  /** From the root of the repository. */
  path: string;
  /** Empty: the only one there is. */
  environment: string;
  commit: string;
}

/**
 * Reads, interpolates and validates release-gates.yml. Names in UPPER_CASE stay as they are: they are read from the
 * step's environment by the gate that needs them. Throws a GateError with all that is wrong with the file.
 */
export async function loadConfiguration(request: ConfigurationRequest): Promise<Configuration> {
  const text = await read(request);
  return parseConfiguration(text, request);
}

export function parseConfiguration(text: string, request: Omit<ConfigurationRequest, 'workspace'>): Configuration {
  const document = parseConfigDocument(text, request.path);
  const { name: environment, values } = chooseEnvironment(document, request.environment);
  const names = new Map<string, unknown>([...values, ['environment', environment], ['commit', request.commit]]);
  const unknown = new UnknownNames(document, names);
  const interpolated = unknown.interpolate();
  const parsed = configurationSchema.safeParse(interpolated ?? {});
  const issues = findingsOfIssues(parsed.error?.issues ?? [], configurationSchema, {
    ...document,
    value: interpolated,
  });
  const findings = [...unknown.findings, ...issues.filter(issue => !unknown.findings.some(at => samePlace(at, issue)))];
  if (parsed.data) findings.push(...findingsOfReferences(parsed.data, document));
  if (findings.length > 0 || !parsed.data) throw new GateError(findings);
  return {
    ...parsed.data,
    path: document.path,
    environment,
    placeOf: document.placeOf,
    placeOfKey: document.placeOfKey,
  };
}

async function read({ workspace, path }: ConfigurationRequest): Promise<string> {
  const file = resolve(workspace, path);
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const seen = `The configuration file ${relative(workspace, file)} could not be read: ${reason(error)}.`;
    throw new GateError([found(missingFile, { seen })]);
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'ENOENT') return 'there is no such file in the checkout';
  if (code === 'EISDIR') return 'it is a folder';
  return messageOf(error);
}

function chooseEnvironment(document: ConfigDocument, wanted: string): { name: string; values: [string, unknown][] } {
  const environments = mapping(mapping(document.value)?.environments);
  const known = Object.keys(environments ?? {});
  if (known.length === 0) return { name: wanted, values: [] };
  const name = wanted || (known.length === 1 ? (known[0] ?? '') : '');
  if (!known.includes(name)) {
    const seen = wanted
      ? `The environment "${wanted}" is not in ${document.path}.`
      : `${document.path} has ${known.length} environments and the input \`environment\` names none.`;
    const remedy = wanted ? suggestion(wanted, known) : `Set it to one of: ${known.join(', ')}.`;
    throw new GateError([found(unknownEnvironment, { seen, remedy, place: document.placeOfKey(['environments']) })]);
  }
  return { name, values: Object.entries(mapping(environments?.[name]) ?? {}) };
}

function mapping(value: unknown): Record<string, unknown> | undefined {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : undefined;
}

/** What an unknown name left behind also breaks the rules of its key; once is enough to say so. */
function samePlace(a: Finding, b: Finding): boolean {
  return a.place?.line === b.place?.line && a.place?.column === b.place?.column;
}

/** Replaces the names that are known when the file is read, and notes those that no one will ever know. */
class UnknownNames {
  readonly findings: Finding[] = [];
  readonly #document: ConfigDocument;
  readonly #names: Map<string, unknown>;

  constructor(document: ConfigDocument, names: Map<string, unknown>) {
    this.#document = document;
    this.#names = names;
  }

  interpolate(): unknown {
    return this.#walk(this.#document.value, []);
  }

  #walk(value: unknown, path: Path): unknown {
    if (typeof value === 'string') return interpolate(value, name => this.#resolve(name, path));
    if (Array.isArray(value)) return value.map((item, index) => this.#walk(item, [...path, index]));
    const entries = mapping(value);
    if (!entries) return value;
    return Object.fromEntries(Object.entries(entries).map(([key, item]) => [key, this.#walk(item, [...path, key])]));
  }

  #resolve(name: string, path: Path): unknown {
    const value = this.#names.get(name);
    // A flow has names of its own (captures, generated values), which its gate resolves.
    if (value !== undefined || isVariableName(name) || path[0] === 'smoke') return value;
    this.findings.push(
      found(unknownName, {
        seen: `${where(path)} uses \${${name}}, which is not defined.`,
        remedy: suggestion(name, this.#names.keys()),
        place: this.#document.placeOf(path),
      }),
    );
    return undefined;
  }
}

/** Names in UPPER_CASE stand for variables of the step's environment. */
export function isVariableName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name);
}
