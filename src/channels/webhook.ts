import { createHmac, randomUUID } from 'node:crypto';
import type { GateContext } from '../core/context.ts';
import { deliver } from './deliver.ts';
import type { ReleaseMessage } from './message.ts';

export interface WebhookSettings {
  url: string;
  /** Signs the body. */
  secret: string | undefined;
}

/**
 * Posts the message as JSON. The receiver compares `x-release-gates-signature` with the HMAC-SHA256 of the body, and drops
 * a delivery whose id it has seen: a request is sent again when its answer is lost.
 */
export async function sendToWebhook(
  { url, secret }: WebhookSettings,
  message: ReleaseMessage,
  context: GateContext,
): Promise<void> {
  const body = { version: 1, ...message };
  const signature = secret && createHmac('sha256', secret).update(JSON.stringify(body)).digest('hex');
  const headers = {
    'x-release-gates-delivery': randomUUID(),
    'x-release-gates-event': message.event,
    ...(signature && { 'x-release-gates-signature': `sha256=${signature}` }),
  };
  await deliver({ to: new URL(url).host, url, headers, body, repeatable: true }, context);
}
