import { createHmac } from 'node:crypto';

export interface Signature {
  header: string;
  timestamp: string;
  id: string;
}

export interface Webhook {
  body: string;
  key: string;
  /** Seconds since the epoch. */
  timestamp: string;
  id: string;
}

type Sign = (webhook: Webhook) => string;

/**
 * How senders sign a webhook. docs: Stripe, Verify webhook signatures manually; GitHub, Validating webhook deliveries;
 * Slack, Verifying requests; Standard Webhooks specification, whose keys are base64 after `whsec_`.
 */
const senders: Record<'stripe' | 'github' | 'slack' | 'standard', Sign> = {
  stripe: ({ body, key, timestamp }) => `t=${timestamp},v1=${hmac(key, `${timestamp}.${body}`).toString('hex')}`,
  github: ({ body, key }) => `sha256=${hmac(key, body).toString('hex')}`,
  slack: ({ body, key, timestamp }) => `v0=${hmac(key, `v0:${timestamp}:${body}`).toString('hex')}`,
  standard: ({ body, key, timestamp, id }) => {
    const bytes = Buffer.from(key.replace(/^(v1,)?whsec_/, ''), 'base64');
    return `v1,${hmac(bytes, `${id}.${timestamp}.${body}`).toString('base64')}`;
  },
};

/** The value of the signature header of a webhook. */
export function signWebhook(sender: keyof typeof senders, webhook: Webhook): string {
  return senders[sender](webhook);
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text).digest();
}
