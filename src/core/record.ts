import './zod-settings.ts';
import * as z from 'zod';
import { boundaries } from './finding.ts';

/*
 * Gates of several versions read one record: unknown keys are kept for the gates that know them, and an unknown word
 * of a list is read as the most careful known one. Only another `version` makes a record unreadable.
 */

export const deploymentSchema = z.looseObject({
  /** The platform's name for it: an image on Fly.io, a deployment id elsewhere. */
  id: z.string(),
  commit: z.string().optional(),
  /** The image, on platforms that give the deployment of an image its own id. */
  image: z.string().optional(),
  url: z.string().optional(),
});

/** A finding as JSON. */
export const findingSchema = z.object({
  code: z.string(),
  severity: z.enum(['error', 'warning', 'notice']).catch('error'),
  boundary: z.enum(boundaries).catch('delivery'),
  message: z.string(),
  help: z.string(),
  place: z.object({ path: z.string(), line: z.number().optional(), column: z.number().optional() }).optional(),
});

const gateSchema = z.looseObject({
  gate: z.string(),
  verdict: z.enum(['passed', 'failed', 'inconclusive', 'error']).catch('inconclusive'),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  /** How many checks ran. */
  checks: z.number(),
  findings: z.array(findingSchema),
});

export const migrationSchema = z.looseObject({
  name: z.string(),
  /**
   * `compatible`: the previous code still runs on the schema. `breaking`: it does not. `irreversible`: it does not, and
   * no reverse migration can restore what was removed.
   */
  grade: z.enum(['compatible', 'breaking', 'irreversible']).catch('breaking'),
  /** The statement that decides the grade, shortened and without the contents of strings. */
  because: z.string().optional(),
});

const overrideSchema = z.looseObject({
  gate: z.string(),
  /** What would have stopped the release: `window`. */
  what: z.string(),
  reason: z.string(),
  /** Who started or approved the run. */
  by: z.string(),
  at: z.iso.datetime(),
});

const recordSchema = z.looseObject({
  version: z.literal(1),
  environment: z.string(),
  commit: z.string(),
  /** The page of the run that made the release; only in what GitHub keeps. */
  run: z.string().optional(),
  services: z.record(
    z.string(),
    z.looseObject({
      platform: z.string(),
      before: deploymentSchema.optional(),
      after: deploymentSchema.optional(),
      /** What is built and not shown to users; absent once it is promoted. */
      staged: deploymentSchema.optional(),
      /** `unknown`: the change was given up, and what users meet may differ from `after`. */
      state: z.literal('unknown').optional().catch(undefined),
      /** The program that deployed it, with its version; absent if the platform itself did. */
      by: z.string().optional(),
    }),
  ),
  databases: z.record(
    z.string(),
    z.looseObject({
      /** The newest migration in the ledger; absent if there was none. */
      before: z.string().optional(),
      after: z.string().optional(),
      applied: z.array(z.string()),
      /** The applied migrations, graded for going back; absent if nobody graded them. */
      migrations: z.array(migrationSchema).optional(),
    }),
  ),
  gates: z.array(gateSchema),
  /** What someone let through in an emergency, and why. */
  overrides: z.array(overrideSchema).optional(),
});

/** One release of a service on its platform. */
export type Deployment = z.infer<typeof deploymentSchema>;

/** Something that someone let through in an emergency. */
export type Override = z.infer<typeof overrideSchema>;

/** An applied migration, graded for going back. */
export type GradedMigration = z.infer<typeof migrationSchema>;

/** The account of one release: what was live before and after, what was applied, and what each gate concluded. */
export type ReleaseRecord = z.infer<typeof recordSchema>;

export function createRecord(environment: string, commit: string): ReleaseRecord {
  return { version: 1, environment, commit, services: {}, databases: {}, gates: [] };
}

/** The record in a JSON text or a parsed value, of this version or a neighbouring one; undefined if it is not a record. */
export function parseRecord(input: unknown): ReleaseRecord | undefined {
  return recordSchema.safeParse(typeof input === 'string' ? tryParse(input) : input).data;
}

/** Whether a JSON text or a parsed value was written as a record, readable or not. */
export function isRecordLike(input: unknown): boolean {
  const value = typeof input === 'string' ? tryParse(input) : input;
  return typeof value === 'object' && value !== null && 'services' in value && 'gates' in value;
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // text of someone else
  }
}
