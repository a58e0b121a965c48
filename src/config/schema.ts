import * as z from 'zod';
import { nameSchema } from './schema/common.ts';
import { databasesSchema } from './schema/databases.ts';
import { preflightSchema } from './schema/preflight.ts';
import { probesSchema } from './schema/probe.ts';
import { servicesSchema } from './schema/services.ts';
import { smokeSchema } from './schema/smoke.ts';
import { sourcesSchema } from './schema/sources.ts';
import { variablesSchema } from './schema/variables.ts';

// The file is parsed once: code that zod would compile for it never earns back what compiling costs.
z.config({ jitless: true });

const environmentsSchema = z
  .record(nameSchema, z.record(nameSchema, z.union([z.string(), z.number(), z.boolean()])))
  .describe('What differs between environments; each value is used elsewhere as ${name}.');

/** The whole of release-gates.yml. */
export const configurationSchema = z.strictObject({
  environments: environmentsSchema.default({}),
  services: servicesSchema.default({}),
  env: variablesSchema.default({}),
  sources: sourcesSchema.default({}),
  schema: databasesSchema.default({}),
  preflight: preflightSchema.prefault({}),
  probe: probesSchema.default({}),
  smoke: smokeSchema.prefault({}),
});

export type ConfigurationValues = z.infer<typeof configurationSchema>;
