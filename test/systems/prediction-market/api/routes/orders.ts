import type { FastifyInstance } from 'fastify';
import { requireUser } from '../authentication.ts';
import type { MarketEvent } from '../events.ts';
import type { Metrics } from '../metrics.ts';
import type { OrderTerms } from '../orders.ts';
import type { Parts } from '../parts.ts';
import { bySlug } from './markets.ts';

const placement = {
  ...bySlug,
  headers: {
    type: 'object',
    properties: { 'idempotency-key': { type: 'string', minLength: 8, maxLength: 128 } },
  },
  body: {
    type: 'object',
    required: ['side', 'outcome', 'type', 'price', 'quantity'],
    properties: {
      side: { enum: ['BUY', 'SELL'] },
      outcome: { enum: ['YES', 'NO'] },
      type: { enum: ['LIMIT'] },
      price: { type: 'number', minimum: 0.01, maximum: 0.99, multipleOf: 0.01 },
      quantity: { type: 'integer', minimum: 1, maximum: 100_000 },
    },
  },
};
const byId = { params: { type: 'object', properties: { id: { type: 'string', format: 'uuid' } } } };

interface Placing {
  Params: { slug: string };
  Body: OrderTerms;
  Headers: { 'idempotency-key'?: string };
}

export function orderRoutes(app: FastifyInstance, { orders, events, tokens }: Parts, metrics: Metrics): void {
  const onRequest = requireUser(tokens);

  /** The order stands once it is committed; an event that cannot be published does not undo it. */
  const announce = (event: MarketEvent) => events.publish(event).catch((error: unknown) => app.log.error(error));

  app.post<Placing>('/api/orders/:slug', { onRequest, schema: placement }, async (request, reply) => {
    const key = request.headers['idempotency-key'];
    const { order, trades, replayed } = await orders.place(request.userId, request.params.slug, request.body, key);
    if (replayed) {
      reply.header('idempotency-replayed', 'true');
      return { order };
    }
    metrics.ordersPlaced.inc();
    await announce({ event: 'order:placed', data: { ...order } });
    for (const trade of trades) {
      await announce({ event: 'trade:executed', data: { marketId: order.marketId, ...trade } });
    }
    return reply.code(201).send({ order });
  });

  app.delete<{ Params: { id: string } }>('/api/orders/:id', { onRequest, schema: byId }, async request => {
    const order = await orders.cancel(request.userId, request.params.id);
    await announce({ event: 'order:cancelled', data: { ...order } });
    return { order };
  });
}
