import type { ListenStep } from '../../../config/schema/smoke/steps/listen.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { awaitMessages } from '../messages/await-messages.ts';
import { formatMessages, resolveAwaited } from '../messages/awaited.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';

export const connectionNotUsable: FindingKind = {
  code: 'smoke/connection-not-usable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A step needs a connection of an earlier step, but cannot use it.',
  cause: 'The step that opens it was skipped by its `if`, or it is a stream of events and this step sends a message.',
  help: 'Open the connection in an earlier step with `as`, under the same condition.',
};

/** Uses a connection that an earlier step keeps open. */
export async function run(step: Step<ListenStep>, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  const about = visit.describe(step);
  const unusable = (why: string): Outcome => ({
    verdict: 'error',
    findings: [found(connectionNotUsable, { message: `${about.target}: ${why}.`, ...about.where })],
  });
  const connection = visit.connections.get(declared.listen);
  if (connection === undefined)
    return unusable(`no connection ${declared.listen} is open, because the step that opens it was skipped`);
  const messages = formatMessages(visit.scope.resolve(declared.send));
  if (messages.length > 0 && connection.send === undefined)
    return unusable(`${declared.listen} is a stream of events, which cannot send messages`);
  const awaited = resolveAwaited(declared, visit.scope, performance.now());
  for (const message of messages) connection.send?.(message);
  return awaitMessages(connection, awaited, visit, about);
}
