import type { Database } from './database.ts';
import { notFound } from './errors.ts';
import type { ReleaseName } from './requirements.ts';

interface Market {
  id: string;
  slug: string;
  question: string;
  status: string;
  closesAt: string;
  resolutionSource?: string;
}

interface Level {
  outcome: 'YES' | 'NO';
  side: 'BUY' | 'SELL';
  price: number;
  quantity: number;
}

export interface Markets {
  list(): Promise<Market[]>;
  find(slugOrId: string): Promise<Market>;
  book(slug: string): Promise<{ marketId: string; levels: Level[] }>;
}

export function createMarkets(database: Database, release: ReleaseName): Markets {
  const source = release === 'v1' ? '' : ', resolution_source AS "resolutionSource"';
  const market = `id, slug, question, status, closes_at AS "closesAt"${source}`;

  const find = async (slugOrId: string) => {
    const { rows } = await database.query<Market>(`SELECT ${market} FROM markets WHERE slug = $1 OR id::text = $1`, [
      slugOrId,
    ]);
    if (rows[0] === undefined) throw notFound(`there is no market ${slugOrId}`);
    return rows[0];
  };

  return {
    find,
    async list() {
      return (await database.query<Market>(`SELECT ${market} FROM markets ORDER BY closes_at, slug`)).rows;
    },
    async book(slug) {
      const { id } = await find(slug);
      const { rows } = await database.query<Level>(
        `SELECT outcome, side, price::float8, sum(quantity - filled)::int AS quantity FROM orders
         WHERE market_id = $1 AND status = 'OPEN' GROUP BY outcome, side, price ORDER BY outcome, side, price`,
        [id],
      );
      return { marketId: id, levels: rows };
    },
  };
}
