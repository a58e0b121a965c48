import type { ListenStep } from '../../../config/schema/smoke/steps/listen.ts';
import type { Capture } from '../../../config/schema/smoke.ts';
import { resolveExpected } from '../resolve-expected.ts';
import type { Scope } from '../scope.ts';

/** What must arrive, with every name in it replaced. */
export interface Awaited {
  messages: unknown[];
  anyOrder: boolean;
  never: unknown;
  closes: number | undefined;
  within: number | undefined;
  /** When the messages were sent, and when the step times out (`performance.now()`). */
  sent: number;
  until: number;
  capture: Record<string, Capture>;
}

type Arriving = Pick<ListenStep, 'expect' | 'expect-all' | 'expect-none' | 'any-order' | 'within' | 'capture'> & {
  timeout: number;
  closes?: number | undefined;
};

/** The timeout counts from `started`, when the step began; `within` counts from now, just before the step sends. */
export function resolveAwaited(declared: Arriving, scope: Scope, started: number): Awaited {
  const { capture } = declared;
  const messages = listExpected(declared);
  return {
    messages: messages.map(message => resolveExpected(message, scope)),
    anyOrder: declared['any-order'],
    never: resolveExpected(declared['expect-none'], scope),
    closes: declared.closes,
    within: declared.within,
    sent: performance.now(),
    until: started + declared.timeout,
    capture,
  };
}

/** What must arrive. Without anything expected, a capture takes the first message. */
function listExpected({ expect, 'expect-all': all, capture }: Arriving): unknown[] {
  if (all !== undefined) return all;
  if (expect !== undefined) return [expect];
  return Object.keys(capture).length > 0 ? [{ $exists: true }] : [];
}

/** Whether the step waits for nothing, and only opens the connection. */
export function onlyOpens(declared: Arriving): boolean {
  const { closes, 'expect-none': never } = declared;
  return listExpected(declared).length === 0 && never === undefined && closes === undefined;
}

/** The messages to send: text as is, everything else as JSON. */
export function formatMessages(send: unknown): string[] {
  if (send === undefined) return [];
  return [send].flat().map(message => (typeof message === 'string' ? message : JSON.stringify(message)));
}
