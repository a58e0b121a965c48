import type { Configuration } from '../../../src/config/load.ts';
import type { GateContext } from '../../../src/core/context.ts';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { buildContract, buildContractOfNames, type Given } from '../../../src/gates/validate-env/build-contract.ts';
import { validateEnv } from '../../../src/gates/validate-env/gate.ts';
import { parseScope } from '../../../src/gates/validate-env/options.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { testContext } from '../../support/context.ts';

export interface Run extends Partial<GateContext> {
  /** The inputs `phase` and `sources`. */
  phase?: string;
  sources?: string[];
  services?: string[];
  given?: Partial<Given>;
  environment?: string;
}

function givenOf({ phase = '', sources = [], given = {} }: Run): Given {
  return {
    scope: parseScope(phase, sources),
    passed: {},
    readEnvironment: () => Promise.reject(new Error('nobody asks GitHub here')),
    comparison: undefined,
    fingerprintKey: '',
    liveHosts: [],
    ...given,
  };
}

export async function configurationOf(text: string, environment = ''): Promise<Configuration> {
  return parseConfiguration(text, { path: 'release-gates.yml', environment, commit: '' });
}

/** Validates against a whole release-gates.yml. */
export async function validateFile(
  text: string,
  variables: Record<string, string>,
  run: Run = {},
): Promise<GateReport & { logged: string[] }> {
  const { phase, sources, services, given, environment, ...overrides } = run;
  const context = testContext({ variables, ...overrides });
  const config = await configurationOf(text, environment);
  const contract = buildContract(config, services ?? [], givenOf({ phase, sources, given } as Run), context);
  return { ...(await validateEnv(contract, context)), logged: context.logged };
}

/** Validates against a contract of the service `api`, which is the content of a YAML mapping. */
export function validate(contract: string, variables: Record<string, string>, run: Run = {}) {
  const text = `environments: { production: { app: "https://app.example.com" } }\nenv: { api: { ${contract} } }`;
  return validateFile(text, variables, run);
}

export async function validateNames(names: string[], variables: Record<string, string>): Promise<GateReport> {
  const context = testContext({ variables });
  return validateEnv(buildContractOfNames(names, givenOf({}), context), context);
}

export async function codesOf(contract: string, variables: Record<string, string>, run: Run = {}): Promise<string[]> {
  return codesIn(await validate(contract, variables, run));
}

export function codesIn(report: GateReport): string[] {
  return listFindings(report).map(({ code }) => code);
}
