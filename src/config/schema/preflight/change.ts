import * as z from 'zod';
import { durationSchema } from '../common.ts';

const severity = z.enum(['low', 'medium', 'high', 'critical']);

/** What must hold for the commit on GitHub. */
export const changeSchema = z.strictObject({
  checks: z
    .array(z.string().min(1))
    .optional()
    .describe(
      'Names of checks and commit statuses that must have passed; `*` matches any text. An empty list means all.',
    ),
  approvals: z
    .strictObject({
      count: z.int().min(1).default(1).describe('How many approvals the pull request needs.'),
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
          "A team, as owner/slug, whose members' approvals count too. Needs a token that may read the organization's members; the workflow's own token may not.",
        ),
    })
    .optional()
    .describe('Approvals of the last state of the pull request that contains the commit.'),
  alerts: z
    .strictObject({
      'code-scanning': severity.optional(),
      dependabot: severity.optional(),
      secrets: z.boolean().default(false).describe('Whether an open secret-scanning alert fails the check.'),
    })
    .optional()
    .describe('Open security alerts that fail the check, from this severity on.'),
  'deployed-to': z
    .string()
    .min(1)
    .optional()
    .describe('An environment, such as staging, to which this commit must already be released successfully.'),
  sentry: z
    .strictObject({
      organization: z.string().min(1),
      project: z.string().min(1),
      environment: z.string().min(1).default('staging'),
      release: z.string().min(1).describe('The name of the release in Sentry, such as ${commit}.'),
      level: z
        .enum(['fatal', 'error'])
        .default('fatal')
        .describe('The lowest level at which an unresolved issue counts.'),
      within: durationSchema.prefault('14d').describe('How far back to look for issues.'),
    })
    .optional()
    .describe(
      'Sentry must have no unresolved issue of this release in this environment. Needs SENTRY_AUTH_TOKEN with org:read.',
    ),
});

export type Change = z.infer<typeof changeSchema>;
