import * as z from 'zod';
import { durationSchema } from '../common.ts';

const severity = z.enum(['low', 'medium', 'high', 'critical']);

/** What must hold for the commit itself, as GitHub has it. */
export const changeSchema = z.strictObject({
  checks: z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Checks and commit statuses that must be green, by name; * stands for any text, and [] for all there are.',
    ),
  approvals: z
    .strictObject({
      count: z.int().min(1).default(1).describe('How many approvals the pull request must have.'),
      by: z
        .array(z.string().min(1))
        .default([])
        .describe('Users whose approvals count, such as senior reviewers. Default: everyone with write access.'),
      team: z
        .string()
        .regex(/^@?[\w.-]+\/[\w.-]+$/, 'a team as it is mentioned, such as acme/senior-reviewers')
        .transform(text => text.replace(/^@/, ''))
        .optional()
        .describe(
          "A team, as owner/slug, whose members' approvals count, beside those under `by`. Needs a token that may read the members of the organization, which the workflow's own cannot.",
        ),
    })
    .optional()
    .describe('Approvals of the pull request that brought the commit, given to its last state.'),
  alerts: z
    .strictObject({
      'code-scanning': severity.optional(),
      dependabot: severity.optional(),
      secrets: z.boolean().default(false).describe('Whether an open secret-scanning alert stands in the way.'),
    })
    .optional()
    .describe('Open security alerts that stand in the way, from which severity on.'),
  'deployed-to': z
    .string()
    .min(1)
    .optional()
    .describe('An environment, such as staging, to which this commit must have been released successfully.'),
  sentry: z
    .strictObject({
      organization: z.string().min(1),
      project: z.string().min(1),
      environment: z.string().min(1).default('staging'),
      release: z.string().min(1).describe('The release as Sentry knows it, such as ${commit}.'),
      level: z.enum(['fatal', 'error']).default('fatal').describe('From which level on an unresolved issue counts.'),
      within: durationSchema.prefault('14d').describe('How far back issues are looked for.'),
    })
    .optional()
    .describe('No unresolved issue of this release in that environment. Needs SENTRY_AUTH_TOKEN with org:read.'),
});

export type Change = z.infer<typeof changeSchema>;
