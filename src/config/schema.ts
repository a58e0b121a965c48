import * as z from 'zod';
import { nameSchema } from './schema/common.ts';

const environmentsSchema = z
  .record(nameSchema, z.record(nameSchema, z.union([z.string(), z.number(), z.boolean()])))
  .describe('What differs between environments; each value is used elsewhere as ${name}.');

/** The sections of release-gates.yml. Each is made only for a file that has it: all of them take longer than a gate. */
const sections = {
  environments: async () => environmentsSchema.default({}),
  release: async () => (await import('./schema/release.ts')).releaseSchema.default({ lock: 'required' }),
  services: async () => (await import('./schema/services.ts')).servicesSchema.default({}),
  env: async () => (await import('./schema/variables.ts')).variablesSchema.default({}),
  sources: async () => (await import('./schema/sources.ts')).sourcesSchema.default({}),
  schema: async () => (await import('./schema/databases.ts')).databasesSchema.default({}),
  preflight: async () => (await import('./schema/preflight.ts')).preflightSchema.prefault({}),
  probe: async () => (await import('./schema/probe.ts')).probesSchema.default({}),
  watch: async () => (await import('./schema/watch.ts')).watchSchema.default({}),
  report: async () => (await import('./schema/report.ts')).reportSchema.prefault({}),
  smoke: async () => (await import('./schema/smoke.ts')).smokeSchema.prefault({}),
};

type SectionName = keyof typeof sections;
type Section<Name extends SectionName> = Awaited<ReturnType<(typeof sections)[Name]>>;

export type ConfigurationValues = { [Name in SectionName]: z.infer<Section<Name>> };

/** What a file without any section says; the same as parsing an empty one with the whole schema. */
export const emptyConfiguration: ConfigurationValues = {
  environments: {},
  release: { lock: 'required' },
  services: {},
  env: {},
  sources: {},
  schema: {},
  preflight: {},
  probe: {},
  watch: {},
  report: { notify: {} },
  smoke: { shared: {}, flows: {}, headers: {}, include: [] },
};

/** The schema of a file that has these keys; of its other sections it knows the names alone. */
export async function loadSchema(keys: string[]): Promise<z.ZodType<Partial<ConfigurationValues>>> {
  const known = Object.entries(sections).map(
    async ([name, load]): Promise<[string, z.ZodType]> => [
      name,
      keys.includes(name) ? await load() : z.undefined().optional(),
    ],
  );
  return z.strictObject(Object.fromEntries(await Promise.all(known)));
}

/** The schema of the whole of release-gates.yml. */
export function loadWholeSchema(): Promise<z.ZodType<Partial<ConfigurationValues>>> {
  return loadSchema(Object.keys(sections));
}
