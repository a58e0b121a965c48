import './zod-settings.ts';
import * as z from 'zod';
import { boundaries } from './finding.ts';
import { findingSchema, parseRecord, type ReleaseRecord } from './record.ts';
import type { GateReport } from './report.ts';
import { verdicts } from './verdict.ts';

const verdictSchema = z.enum(verdicts);

const checkSchema = z.object({
  name: z.string(),
  boundary: z.enum(boundaries),
  verdict: verdictSchema,
  findings: z.array(findingSchema),
  detail: z.string().optional(),
  since: z.number().optional(),
  startedAt: z.number(),
  finishedAt: z.number(),
});

const barSchema = z.object({
  section: z.string(),
  name: z.string(),
  verdict: verdictSchema,
  startedAt: z.number(),
  finishedAt: z.number(),
});

const plotSchema = z.object({
  title: z.string(),
  unit: z.string(),
  points: z.array(z.object({ at: z.number(), value: z.number() })),
  bound: z.number().optional(),
});

const recordSchema = z.custom<ReleaseRecord>(value => parseRecord(value) !== undefined, 'a release record');

const endedSchema = z.object({
  gate: z.string(),
  startedAt: z.number(),
  ended: z.object({
    verdict: verdictSchema,
    headline: z.string(),
    checks: z.array(checkSchema),
    outputs: z.record(z.string(), z.string()),
    record: recordSchema.optional(),
    timeline: z.array(barSchema).optional(),
    plots: z.array(plotSchema).optional(),
    isDryRun: z.boolean().optional(),
    finishedAt: z.number(),
  }),
});

const begunSchema = z.object({ gate: z.string(), startedAt: z.number(), ended: z.undefined().optional() });

const keptSchema = z.union([endedSchema, begunSchema]);

/** What a gate leaves for the report of the release: that it began, and how it ended if it did. */
export type KeptOutcome = z.infer<typeof keptSchema>;

/** A gate that ended. */
export type EndedOutcome = z.infer<typeof endedSchema>;

/** The outcome in a parsed JSON value; undefined if it is not one. */
export function parseOutcome(value: unknown): KeptOutcome | undefined {
  return keptSchema.safeParse(value).data;
}

export function keepOutcome({ gate, startedAt, summary: _, ...ended }: GateReport): EndedOutcome {
  return { gate, startedAt, ended };
}
