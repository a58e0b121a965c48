import { invalidInput } from '../../config/findings.ts';
import type { Configuration } from '../../config/load.ts';
import { isSelected } from '../../config/selection.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import type { Comparison, Contract, ContractService, ReadEnvironment } from './contract.ts';
import { parseFingerprint } from './drift/fingerprint-format.ts';
import {
  type Declaration,
  declareNames,
  findSource,
  listDeclarations,
  nothingDeclared,
  type Scope,
} from './options.ts';
import type { Forbidden } from './rules/forbidden.ts';
import { mergeVariables } from './sources/readings.ts';

/** What every contract needs, whichever way it is declared. */
export interface Given {
  scope: Scope;
  /** Variables from inputs. Variables of the step win over them. */
  passed: Record<string, string>;
  readEnvironment: ReadEnvironment;
  comparison: Comparison | undefined;
  fingerprintKey: string;
  liveHosts: string[];
}

/** The contract of the input `required`: these variables of the step must be set. */
export function buildContractOfNames(names: string[], given: Given, context: GateContext): Contract {
  const service = buildService('', declareNames(names), undefined);
  return { ...shareParts(given, context), services: [service], forbidden: [], environment: '' };
}

/** The contract in the configuration, for these services or for all. Throws a GateError if it declares nothing. */
export function buildContract(config: Configuration, services: string[], given: Given, context: GateContext): Contract {
  const { scope } = given;
  const selected = isSelected(config, services);
  const everything = listDeclarations(config);
  const all = everything.filter(({ service }) => selected(service));
  if (all.length === 0) throw nothingDeclared(config, services);
  const declarations = all.filter(({ declared }) => isInPhase(declared.phase, scope.phase));
  const names = [...new Set(all.map(({ service }) => service))];
  return {
    ...shareParts(given, context),
    environment: config.environment,
    services: names.map(name =>
      buildService(
        name,
        declarations.filter(({ service }) => service === name),
        config,
      ),
    ),
    forbidden: listForbidden(everything, config),
  };
}

function isInPhase(phase: Scope['phase'], wanted: Scope['phase']): boolean {
  return phase === undefined || wanted === undefined || phase === wanted;
}

function buildService(
  service: string,
  declarations: Declaration[],
  config: Configuration | undefined,
): ContractService {
  return { service, declarations, configured: findSource(config, service), target: config?.services[service] };
}

function shareParts({ passed, ...given }: Given, { variables, redactor }: GateContext) {
  redactor.add(given.fingerprintKey);
  return { ...given, step: mergeVariables(passed, variables) };
}

/** Each service with a variable kept out of it. Throws a GateError if the contract also declares it there. */
function listForbidden(declarations: Declaration[], config: Configuration): Forbidden[] {
  const services = [
    ...new Set([
      ...declarations.map(({ service }) => service),
      ...Object.keys(config.sources),
      ...Object.keys(config.services),
    ]),
  ];
  const having = (variable: string) =>
    new Set(declarations.filter(declaration => declaration.variable === variable).map(({ service }) => service));
  return declarations.flatMap(declaration => {
    const { variable, declared } = declaration;
    const named = [declared['never-in'] ?? []].flat();
    if (named.length === 0) return [];
    const trusted = having(variable);
    const others = named.includes('others') ? services.filter(service => !trusted.has(service)) : [];
    const both = named.find(service => trusted.has(service));
    if (both !== undefined) {
      const message = `\`never-in\` keeps ${variable} out of ${both}, but the contract also declares it for ${both}.`;
      const help = `Remove it from \`env.${both}\`, or remove ${both} from \`never-in\`.`;
      throw new GateError([found(invalidInput, { message, help, place: declaration.place })]);
    }
    return [...new Set([...named.filter(name => name !== 'others'), ...others])].map(service => ({
      service,
      variable,
      get place() {
        return declaration.place;
      },
    }));
  });
}

/**
 * Reads the input `compare-with`: an environment of the configuration, or the output `fingerprint` of a run in another
 * environment. Throws a GateError when it is neither.
 */
export async function parseComparison(
  text: string,
  load: (environment: string) => Promise<Configuration>,
): Promise<Comparison | undefined> {
  if (text.trim() === '') return undefined;
  if (text.trim().startsWith('{')) {
    const fingerprint = parseFingerprint(text);
    if (fingerprint) return { environment: fingerprint.environment || 'the other environment', fingerprint };
    const message = 'The input `compare-with` is not a fingerprint that this version of release-gates can read.';
    const help =
      'Pass the output `fingerprint` of validate-env from the other environment, or the name of an environment.';
    throw new GateError([found(invalidInput, { message, help })]);
  }
  const config = await load(text.trim());
  return { environment: config.environment, targets: new Map(Object.entries(config.services)) };
}
