import { invalidInput, missingSection } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import type { SourceConfiguration } from '../../config/schema/sources.ts';
import { variableSchema } from '../../config/schema/variables/types.ts';
import type { Variable } from '../../config/schema/variables.ts';
import { listServices } from '../../config/services-of-key.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found, type Place } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';

/** One line of the contract, for one service. */
export interface Declaration {
  /** Such as `api.JWT_SECRET`; only the variable if it belongs to no service. */
  name: string;
  /** Empty for a variable of no service. */
  service: string;
  variable: string;
  declared: Variable;
  /** Where the contract declares it; looked up on demand, since that takes longer than most runs. */
  readonly place?: Place | undefined;
}

/** When the service needs its variables. */
export type Phase = 'build' | 'runtime';

/** The kinds of sources other than the step. */
const kinds = ['platform', 'github', 'files'] as const;
export type SourceKind = (typeof kinds)[number];

/** What the run looks at. */
export interface Scope {
  /** Undefined: both. */
  phase: Phase | undefined;
  /** Which of the declared sources to read; undefined: all of them. */
  kinds: SourceKind[] | undefined;
  /** Whether to read values; otherwise the run checks only the repository. */
  values: boolean;
}

/** Keys of a declaration that ask nothing of the value. */
const beyondValue = new Set(['required', 'presence-only', 'boundary', 'phase', 'never-in', 'public']);

/** Whether the declaration asks for more than a value. */
export function hasRules(declared: Variable): boolean {
  return Object.entries(declared).some(
    ([key, value]) => value !== undefined && !beyondValue.has(key) && !(key === 'type' && value === 'string'),
  );
}

/** The contract that the input `required` makes: each variable must be set, whatever its value. */
export function declareNames(names: string[]): Declaration[] {
  return names.map(variable => ({ name: variable, service: '', variable, declared: variableSchema.parse({}) }));
}

/** The whole contract in the configuration. */
export function listDeclarations(config: Configuration): Declaration[] {
  const declarations = new Map<string, Declaration>();
  // A service's own entry wins over one that it shares with others.
  const keys = Object.keys(config.env).toSorted((a, b) => listServices(b).length - listServices(a).length);
  for (const key of keys) {
    for (const [variable, declared] of Object.entries(config.env[key] ?? {})) {
      for (const service of listServices(key)) {
        const name = `${service}.${variable}`;
        declarations.set(name, {
          name,
          service,
          variable,
          declared,
          get place() {
            return config.placeOfKey(['env', key, variable]);
          },
        });
      }
    }
  }
  return [...declarations.values()];
}

export function nothingDeclared(config: Configuration, services: string[]): GateError {
  const message = `${config.path} declares no variables${services.length > 0 ? ` for ${services.join(', ')}` : ''}.`;
  const help = 'Add `env:`, set the input `required`, or remove the gate: its step, or its name in `gates`.';
  return new GateError([found(missingSection, { message, help })]);
}

const noSource = { platform: false, github: false, files: [], code: [], client: [], ignore: [] };

/** What `sources` says about a service; nothing for one that it does not name. */
export function findSource(config: Configuration | undefined, service: string): SourceConfiguration {
  return config?.sources[service] ?? noSource;
}

/** Throws a GateError for an input that names no phase or source. */
export function parseScope(phase: string, sources: string[]): Scope {
  const known = [...kinds, 'step', 'none'];
  if (phase !== '' && phase !== 'build' && phase !== 'runtime') throw unknownName('phase', phase, ['build', 'runtime']);
  for (const source of sources) if (!known.includes(source)) throw unknownName('sources', source, known);
  return {
    phase: phase === '' ? undefined : phase,
    kinds: sources.length === 0 ? undefined : kinds.filter(kind => sources.includes(kind)),
    values: !sources.includes('none'),
  };
}

function unknownName(input: string, value: string, known: string[]): GateError {
  const message = `The input \`${input}\` names "${value}".`;
  return new GateError([found(invalidInput, { message, help: suggestName(value, known) })]);
}

/** Parses the inputs `variables` and `secrets`, and hides each secret from every output that follows. */
export function parseVariableInputs(
  { variables, secrets }: { variables: string; secrets: string },
  context: GateContext,
): Record<string, string> {
  const ofSecrets = parseObject('secrets', secrets);
  for (const value of Object.values(ofSecrets)) context.redactor.add(value);
  return { ...parseObject('variables', variables), ...ofSecrets };
}

function parseObject(input: string, text: string): Record<string, string> {
  if (text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, String(item)]));
    }
  } catch {
    // reported below, without the text, since it holds values
  }
  const what = input === 'secrets' ? 'secrets' : 'vars';
  const message = `The input \`${input}\` is not a JSON object of names and values.`;
  throw new GateError([found(invalidInput, { message, help: `Set it to \`\${{ toJSON(${what}) }}\`.` })]);
}
