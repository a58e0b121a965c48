import type { Service } from '../../../config/schema/services.ts';
import type { GateContext, Variables } from '../../../core/context.ts';
import type { PlatformVariable } from '../../../platforms/platform.ts';
import { type Reading, type Readings, readingOf, variablesFrom } from './readings.ts';
import type { Source } from './source.ts';

interface Words {
  name: string;
  howToSet(variable: string): string;
}

/** What a release to the platform brings by itself, beside what its operators set. */
const ofThePlatform = /^(VERCEL|FLY|RENDER|RAILWAY|NIXPACKS|NX|TURBO)(_|$)/;

/** The variables that the next deployment of a service will have; `wanted` are those of which the value matters. */
export function platformSource(
  name: string,
  service: Service,
  context: GateContext,
  step: Variables,
  wanted: ReadonlySet<string> = new Set(),
): Source {
  const words = wordsOf(service);
  return {
    service: name,
    kind: 'platform',
    name: `${name} on ${words.name}`,
    boundary: 'delivery',
    read: async signal => {
      const { createPlatform } = await import('../../../platforms/platform-of.ts');
      const listed = await createPlatform(service, { context }).variables(signal);
      const variables = await withValues(listed, wanted, signal);
      return { findings: [], readings: platformReadings(variables, words, step) };
    },
  };
}

/** Requests at once: vendors limit how many they take in a time. */
const fewAtOnce = 4;

/** The variables with the values that a list keeps back, as far as they are wanted and told. */
async function withValues(
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

export function platformReadings(variables: PlatformVariable[], words: Words, step: Variables): Readings {
  const readings = new Map(variables.map(variable => [variable.name, readingOfVariable(variable)]));
  const values = variables.flatMap(({ name, value }) => (value?.trim() ? [[name, value] as const] : []));
  return {
    at: { place: `on ${words.name}`, suffix: ` on ${words.name}` },
    get: variable => readings.get(variable),
    names: [...readings.keys()].filter(variable => !ofThePlatform.test(variable)),
    staged: new Set(variables.filter(({ staged }) => staged).map(variable => variable.name)),
    howToSet: words.howToSet,
    variables: variablesFrom(step, Object.fromEntries(values)),
  };
}

function readingOfVariable({ value, digest }: PlatformVariable): Reading {
  return value === undefined ? { state: 'unreadable', ...(digest && { digest }) } : readingOf(value);
}

function wordsOf(service: Service): Words {
  switch (service.platform) {
    case 'fly':
      return {
        name: 'Fly.io',
        howToSet: variable => `Set it: \`fly secrets set ${variable}=… -a ${service.app}\`.`,
      };
    case 'vercel':
      return { name: 'Vercel', howToSet: variable => `Set it: \`vercel env add ${variable} production\`.` };
    default:
      return other(service);
  }
}

/** Platforms whose dashboards are the usual way. */
function other({ platform }: { platform: string }): Words {
  const name = `${platform[0]?.toUpperCase()}${platform.slice(1)}`;
  return { name, howToSet: variable => `Set ${variable} in the service's variables on ${name}.` };
}
