import './zod-settings.ts';
import * as z from 'zod';
import { boundaries } from './finding.ts';
import { deploymentSchema, findingSchema, migrationSchema } from './record.ts';
import { verdicts } from './verdict.ts';

const verdictSchema = z.enum(verdicts);

/** What became of a release. */
export const endings = ['passed', 'failed', 'rolled-back', 'rollback-failed', 'inconclusive', 'error'] as const;
export type Ending = (typeof endings)[number];

const checkSchema = z.strictObject({
  name: z.string(),
  boundary: z.enum(boundaries),
  verdict: verdictSchema,
  detail: z.string().optional(),
  milliseconds: z.number(),
  findings: z.array(findingSchema),
});

const gateSchema = z.strictObject({
  gate: z.string(),
  verdict: z.enum([...verdicts, 'not-run']).describe('`not-run`: no step of the job ran the gate.'),
  isDryRun: z.boolean().describe('Whether the gate only said what it would do.'),
  headline: z.string().describe('One sentence; for a gate that did not run, why.'),
  startedAt: z.iso.datetime().optional(),
  finishedAt: z.iso.datetime().optional(),
  checks: z.array(checkSchema),
});

const serviceSchema = z.strictObject({
  name: z.string(),
  platform: z.string(),
  url: z.string().optional().describe('Where users reach the service.'),
  serves: z
    .enum(['new', 'previous', 'unchanged', 'unknown'])
    .describe(
      '`new`: this release. `previous`: what was live before it. `unchanged`: this release has not changed the service. `unknown`: what is live could not be read.',
    ),
  now: deploymentSchema.optional().describe('What serves users now, if known.'),
  before: deploymentSchema.optional(),
});

const boundarySchema = z.strictObject({
  boundary: z.enum(boundaries),
  passed: z.number(),
  failed: z.number(),
  inconclusive: z.number(),
  error: z.number(),
  gates: z.array(z.string()).describe('The gates whose checks guard the boundary. Empty: nothing guards it.'),
});

const barSchema = z.strictObject({
  section: z.string(),
  name: z.string(),
  verdict: verdictSchema,
  startedAt: z.number(),
  finishedAt: z.number(),
});

const plotSchema = z.strictObject({
  title: z.string(),
  unit: z.string(),
  points: z.array(z.strictObject({ at: z.number().describe('Milliseconds since the epoch.'), value: z.number() })),
  bound: z.number().optional(),
});

export const accountSchema = z.strictObject({
  version: z.literal(1).describe('The version of this form. A change that could break a reader increases it.'),
  environment: z.string(),
  commit: z.string(),
  subject: z.string().optional().describe('The first line of the message of the commit.'),
  repository: z.string(),
  run: z.string().describe('The page of the run.'),
  ending: z.enum(endings),
  headline: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  services: z.array(serviceSchema),
  decided: z
    .strictObject({ gate: z.string(), check: z.string(), detail: z.string().optional(), finding: findingSchema })
    .optional()
    .describe('The finding that decided.'),
  response: z.string().optional().describe('What was done about a bad release.'),
  incident: z.string().optional().describe('The address of the incident.'),
  gates: z.array(gateSchema),
  boundaries: z
    .array(boundarySchema)
    .optional()
    .describe('Absent if the checks of the gates are not known: no `report` with `mode: start` ran before them.'),
  databases: z.record(
    z.string(),
    z.strictObject({
      before: z.string().optional(),
      after: z.string().optional(),
      applied: z.array(z.string()),
      migrations: z.array(migrationSchema).optional(),
    }),
  ),
  timeline: z.array(barSchema),
  plots: z.array(plotSchema),
});

/** One release as people read it, in the summary, on the page and in messages. */
export type ReleaseAccount = z.infer<typeof accountSchema>;

export type AccountedGate = ReleaseAccount['gates'][number];
export type AccountedService = ReleaseAccount['services'][number];
