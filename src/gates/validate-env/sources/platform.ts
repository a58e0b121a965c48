import type { Service } from '../../../config/schema/services.ts';
import type { GateContext, Variables } from '../../../core/context.ts';
import { createPlatform, findProfile, isOwnVariable } from '../../../platforms/create-platform.ts';
import type { PlatformVariable } from '../../../platforms/platform.ts';
import { mergeVariables, type Reading, type Readings, readValue } from './readings.ts';
import type { Source } from './source.ts';

export interface OnPlatform {
  service: string;
  target: Service;
  context: GateContext;
  /** Variables of the step, for values that the platform does not show. Default: none. */
  step?: Variables;
  /** Variables whose value matters. Default: none. */
  wanted?: ReadonlySet<string>;
}

/** The variables that the next deployment of a service will have. */
export function createPlatformSource({ service, target, context, step = {}, wanted = new Set() }: OnPlatform): Source {
  const profile = findProfile(target);
  const place = `on ${profile.name}`;
  return {
    name: `${service} ${place}`,
    boundary: 'delivery',
    read: async signal => {
      const platform = await createPlatform(target, { context });
      const variables = await readWanted(await platform.variables(signal), wanted, signal);
      const listed = readListed(variables, step);
      const unlisted: Reading | undefined = (await platform.hidesVariables?.(signal))
        ? { state: 'unreadable' }
        : undefined;
      const readings: Readings = {
        ...listed,
        get: variable => listed.get(variable) ?? unlisted,
        kind: 'platform',
        at: { place, suffix: ` ${place}` },
        names: listed.names.filter(name => !isOwnVariable(name)),
        seenByBuild: profile.secretsAtBuild,
        explainSetting: variable => profile.explainSetting(variable, target),
        explainDeploying: profile.explainDeployingVariables?.(target),
      };
      return { findings: [], readings };
    },
  };
}

/** Requests at once: vendors limit how many they take in a time. */
const fewAtOnce = 4;

/** Adds the wanted values that the list keeps back, as far as the platform shows them. */
async function readWanted(
  variables: PlatformVariable[],
  wanted: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<PlatformVariable[]> {
  const complete = [...variables];
  const queue = variables.entries();
  const worker = async () => {
    for (const [index, variable] of queue) {
      if (!variable.read || !wanted.has(variable.name)) continue;
      const value = await variable.read(signal);
      if (value !== undefined) complete[index] = { ...variable, value };
    }
  };
  await Promise.all(Array.from({ length: fewAtOnce }, worker));
  return complete;
}

/** The readings of variables that an API has listed. */
export function readListed(
  variables: PlatformVariable[],
  step: Variables,
): Pick<Readings, 'get' | 'names' | 'staged' | 'variables'> {
  const readings = new Map(variables.map(variable => [variable.name, readVariable(variable)]));
  const values = variables.flatMap(({ name, value }) => (value?.trim() ? [[name, value] as const] : []));
  return {
    get: variable => readings.get(variable),
    names: [...readings.keys()],
    staged: new Set(variables.filter(({ staged }) => staged).map(({ name }) => name)),
    variables: mergeVariables(step, Object.fromEntries(values)),
  };
}

function readVariable({ value, digest }: PlatformVariable): Reading {
  return value === undefined ? { state: 'unreadable', ...(digest && { digest }) } : readValue(value);
}
