import * as z from 'zod';
import { durationSchema } from '../common.ts';

const shared = {
  'younger-than': durationSchema
    .prefault('26h')
    .describe('The maximum age of the newest complete backup. The default leaves a daily backup two hours to finish.'),
};
const larger = z.int().min(0).default(0).describe('The minimum size of the backup in bytes.');

/** One database that must have a recent backup. */
export const backupSchema = z.union([
  z.strictObject({
    supabase: z.string().min(1).describe('The reference of the project. Needs SUPABASE_ACCESS_TOKEN.'),
    kind: z
      .enum(['any', 'daily', 'point-in-time'])
      .default('any')
      .describe('The kind of backup required: daily backups, point-in-time recovery, or either.'),
    ...shared,
  }),
  z.strictObject({
    render: z.string().min(1).describe('The id of the PostgreSQL database on Render (dpg-…). Needs RENDER_API_KEY.'),
    kind: z
      .enum(['any', 'recovery', 'export'])
      .default('any')
      .describe('The kind of backup required: point-in-time recovery, an export, or either.'),
    'recovers-back': durationSchema.optional().describe('How far back point-in-time recovery must reach.'),
    ...shared,
  }),
  z.strictObject({
    railway: z
      .string()
      .min(1)
      .describe('The id of the volume instance on Railway. Needs RAILWAY_TOKEN or RAILWAY_API_TOKEN.'),
    'larger-than': larger,
    ...shared,
  }),
  z.strictObject({
    upstash: z.string().min(1).describe('The id of the database on Upstash. Needs UPSTASH_EMAIL and UPSTASH_API_KEY.'),
    'larger-than': larger,
    ...shared,
  }),
]);

export type Backup = z.infer<typeof backupSchema>;
export type SupabaseBackup = Extract<Backup, { supabase: string }>;
export type RenderBackup = Extract<Backup, { render: string }>;
export type RailwayBackup = Extract<Backup, { railway: string }>;
export type UpstashBackup = Extract<Backup, { upstash: string }>;
