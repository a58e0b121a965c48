import type { DeclaredChannel } from '../config/schema/report.ts';
import { replaceVariables } from '../config/variables.ts';
import type { GateContext } from '../core/context.ts';
import type { Place } from '../core/finding.ts';
import { sendToDiscord } from './discord.ts';
import type { ReleaseEvent, ReleaseMessage } from './message.ts';
import { sendToPagerDuty } from './pagerduty.ts';
import { sendToSlack, sendToSlackWebhook } from './slack.ts';
import { sendToTeams } from './teams.ts';
import { sendToWebhook } from './webhook.ts';

/** Where people follow a release. */
export interface ReleaseChannel {
  /** As the configuration names it. */
  name: string;
  wants(event: ReleaseEvent): boolean;
  /**
   * Sends a message without secrets, or edits the one of before. `earlier`: what an earlier call returned, as untrusted as an input.
   * Throws if the message was not accepted, or if a variable that it needs is not set.
   */
  send(message: ReleaseMessage, earlier: unknown): Promise<unknown>;
}

/** The channel that the configuration declares under a name. */
export function createReleaseChannel(
  name: string,
  declared: DeclaredChannel,
  place: Place,
  context: GateContext,
): ReleaseChannel {
  return {
    name,
    wants: event => !('on' in declared) || declared.on.includes(event),
    send: async (message, earlier) => {
      const resolved = replaceVariables(context, declared, place); // from here on the redactor knows its secrets
      return send(resolved, context.redactor.redactAll(message), earlier, context);
    },
  };
}

function send(channel: DeclaredChannel, message: ReleaseMessage, earlier: unknown, context: GateContext) {
  if ('slack' in channel) {
    return sendToSlack({ channel: channel.slack, token: channel.token }, message, earlier, context);
  }
  if ('slack-webhook' in channel) return sendToSlackWebhook(channel['slack-webhook'], message, context);
  if ('discord' in channel) return sendToDiscord(channel.discord, message, earlier, context);
  if ('teams' in channel) return sendToTeams(channel.teams, message, context);
  if ('webhook' in channel) {
    return sendToWebhook({ url: channel.webhook, secret: channel.secret }, message, context);
  }
  return sendToPagerDuty(channel.pagerduty, message, context);
}
