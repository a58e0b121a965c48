import * as z from 'zod';
import { type Answer, type EmulatorServer, route, serve } from '../http.ts';

export interface PagerDutyEmulator extends EmulatorServer {
  /** By deduplication key; true while the alert is open. */
  alerts: Map<string, boolean>;
  changes: string[];
}

/** PagerDuty/api-schema, reference/events-v2: what it requires of an event. */
const links = z.array(z.strictObject({ href: z.url(), text: z.string().optional() }));
const about = z.looseObject({ summary: z.string().max(1024), source: z.string().min(1), timestamp: z.iso.datetime() });
const severity = z.enum(['critical', 'warning', 'error', 'info']);
const alertSchema = z.union([
  z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.literal('trigger'),
    dedup_key: z.string().max(255),
    payload: about.extend({ severity }),
    links,
  }),
  z.strictObject({
    routing_key: z.string().length(32),
    event_action: z.literal('resolve'),
    dedup_key: z.string().max(255),
  }),
]);
const changeSchema = z.strictObject({ routing_key: z.string().length(32), payload: about, links });

export async function startPagerDuty(): Promise<PagerDutyEmulator> {
  const alerts = new Map<string, boolean>();
  const changes: string[] = [];
  const refuse = (error: z.ZodError): Answer => ({
    status: 400,
    body: {
      status: 'invalid event',
      message: 'Event object is invalid',
      errors: error.issues.map(({ message }) => message),
    },
  });
  const server = await serve({
    routes: [
      route('POST /v2/enqueue', ({ body }) => {
        const event = alertSchema.safeParse(body);
        if (!event.success) return refuse(event.error);
        const { dedup_key: key, event_action: action } = event.data;
        if (action === 'trigger' || alerts.has(key)) alerts.set(key, action === 'trigger');
        return { status: 202, body: { status: 'success', message: 'Event processed', dedup_key: key } };
      }),
      route('POST /v2/change/enqueue', ({ body }) => {
        const event = changeSchema.safeParse(body);
        if (!event.success) return refuse(event.error);
        changes.push(event.data.payload.summary);
        return { status: 202, body: { status: 'success', message: 'Change event processed' } };
      }),
    ],
    authorize: () => undefined,
    notFound: () => ({ status: 404, text: 'Not Found' }),
    malformed: () => ({ status: 400, body: { status: 'invalid event', message: 'not JSON' } }),
  });
  return { ...server, alerts, changes };
}
