import type { GateContext } from '../core/context.ts';
import { deliver } from './deliver.ts';
import { listLines, type ReleaseMessage } from './message.ts';

/** Teams refuses a message over 28 KB (Microsoft Learn, format cards); characters for the details, whatever their bytes. */
const longestDetails = 4000;

/**
 * An Adaptive Card for a workflow that posts to a channel when a webhook request is received. Teams cannot edit it, and
 * accepts it before it is delivered.
 */
export async function sendToTeams(webhook: string, message: ReleaseMessage, context: GateContext): Promise<void> {
  await deliver({ to: 'Teams', url: webhook, body: buildPayload(message) }, context);
}

function buildPayload(message: ReleaseMessage) {
  const [title = '', ...lines] = listLines(message).slice(0, -1);
  const details = message.details.join('\n').slice(0, longestDetails);
  const card = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      writeText(title, { weight: 'Bolder', size: 'Medium' }),
      ...lines.map(line => writeText(line)),
      ...(details === '' ? [] : details.split('\n').map(line => writeText(line, { size: 'Small', isSubtle: true }))),
    ],
    actions: [{ type: 'Action.OpenUrl', title: 'Run and log', url: message.run }],
  };
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content: card }],
  };
}

/** A text run shows its text literally; a text block would read it as Markdown. */
function writeText(text: string, style: object = {}) {
  return { type: 'RichTextBlock', inlines: [{ type: 'TextRun', text, ...style }] };
}
