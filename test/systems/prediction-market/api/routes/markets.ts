import type { FastifyInstance } from 'fastify';
import type { Parts } from '../parts.ts';

/** The only form a market's name has; anything else is refused before it comes near the database. */
export const bySlug = {
  params: { type: 'object', properties: { slug: { type: 'string', maxLength: 80, pattern: '^[a-z0-9-]+$' } } },
};

export function marketRoutes(app: FastifyInstance, { markets }: Parts): void {
  app.get('/api/markets', async () => ({ markets: await markets.list() }));

  app.get<{ Params: { slug: string } }>('/api/markets/:slug', { schema: bySlug }, async request => ({
    market: await markets.find(request.params.slug),
  }));

  app.get<{ Params: { slug: string } }>('/api/orderbook/:slug', { schema: bySlug }, async request => {
    const { marketId, levels } = await markets.book(request.params.slug);
    const of = (outcome: string, side: string) =>
      levels
        .filter(level => level.outcome === outcome && level.side === side)
        .map(({ price, quantity }) => ({ price, quantity }));
    const book = (outcome: string) => ({ bids: of(outcome, 'BUY').reverse(), asks: of(outcome, 'SELL') });
    return { marketId, YES: book('YES'), NO: book('NO') };
  });
}
