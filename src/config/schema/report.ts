import * as z from 'zod';
import { endings } from '../../core/account.ts';
import { isHttpUrl, nameSchema } from './common.ts';

const secretForm = 'a variable of the step, such as ${SLACK_BOT_TOKEN}: it is a secret';

/** A secret never stands in the file itself. */
const secretSchema = z.string().regex(/^\$\{[A-Z][A-Z0-9_]*\}$/, secretForm);

const on = z
  .array(z.enum(['start', ...endings]))
  .min(1)
  .default(['start', ...endings])
  .describe('When to tell people: at the start, and by what became of the release. Default: always.');

const channelSchema = z.union([
  z
    .strictObject({
      slack: z.string().min(1).describe('The channel on Slack, by id or name, such as C0123456789 or #releases.'),
      token: secretSchema.describe('The bot token of the app, with the scope chat:write.'),
      on,
    })
    .describe('One message on Slack that is edited as the release goes on, with the details in its thread.'),
  z
    .strictObject({ 'slack-webhook': secretSchema.describe('The address of the incoming webhook.'), on })
    .describe('Messages on Slack by a webhook, which cannot edit them.'),
  z
    .strictObject({ discord: secretSchema.describe('The address of the webhook on Discord.'), on })
    .describe('One message on Discord that is edited as the release goes on.'),
  z
    .strictObject({
      teams: secretSchema.describe('The address of the workflow of Teams that posts what it receives.'),
      on,
    })
    .describe('Adaptive Cards on Microsoft Teams.'),
  z
    .strictObject({
      webhook: z
        .string()
        .refine(text => text.startsWith('${') || isHttpUrl(text), 'an http or https URL, or a variable of the step')
        .describe('An address that takes JSON by POST.'),
      secret: secretSchema.optional().describe('The key of the HMAC-SHA256 that signs the body.'),
      on,
    })
    .describe('JSON for a program of your own.'),
  z
    .strictObject({ pagerduty: secretSchema.describe('The integration key of a service, for the Events API v2.') })
    .describe('PagerDuty: a change event for each release, and an alert when a rollback did not verify.'),
]);

export const reportSchema = z
  .strictObject({
    notify: z.record(nameSchema, channelSchema).default({}).describe('Where people follow releases, by name.'),
  })
  .describe('What the gate `report` tells, and where.');

export type DeclaredChannel = z.infer<typeof channelSchema>;
