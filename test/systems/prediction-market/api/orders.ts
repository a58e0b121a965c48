import { type Database, inTransaction, type Transaction } from './database.ts';
import { ApiError, notFound } from './errors.ts';
import { match, type Trade } from './matching.ts';

export interface OrderTerms {
  side: 'BUY' | 'SELL';
  outcome: 'YES' | 'NO';
  type: 'LIMIT';
  /** Between 0 and 1, in steps of 0.01. */
  price: number;
  quantity: number;
}

export interface Order extends OrderTerms {
  id: string;
  marketId: string;
  filled: number;
  status: 'OPEN' | 'FILLED' | 'CANCELLED';
}

export interface Placement {
  order: Order;
  trades: Trade[];
  /** The order had been placed before, under the same idempotency key. */
  replayed: boolean;
}

export interface Orders {
  place(userId: string, marketSlug: string, terms: OrderTerms, idempotencyKey?: string): Promise<Placement>;
  cancel(userId: string, orderId: string): Promise<Order>;
}

const ORDER = 'id, market_id AS "marketId", side, outcome, type, price::float8, quantity::int, filled::int, status';

/** Any number, as long as every instance has the same. */
const SETTLEMENT_LOCK = 20_260_105;

export function createOrders(database: Database): Orders {
  /** One change at a time: orders pay each other's owners, and two at once could wait for each other's balances. */
  const settle = <T>(work: (transaction: Transaction) => Promise<T>) =>
    inTransaction(database, async transaction => {
      await transaction.query('SELECT pg_advisory_xact_lock($1)', [SETTLEMENT_LOCK]);
      return work(transaction);
    });

  return {
    place: (userId, marketSlug, terms, idempotencyKey) =>
      settle(async transaction => {
        const earlier = idempotencyKey && (await orderWithKey(transaction, userId, idempotencyKey));
        if (earlier) return { order: sameOrder(earlier, terms), trades: [], replayed: true };

        const marketId = await openMarket(transaction, marketSlug);
        await reserve(transaction, userId, marketId, terms);
        const { rows } = await transaction.query<Order>(
          `INSERT INTO orders (user_id, market_id, side, outcome, type, price, quantity, idempotency_key)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${ORDER}`,
          [userId, marketId, terms.side, terms.outcome, terms.type, terms.price, terms.quantity, idempotencyKey],
        );
        const placed = only(rows);
        const trades = await match(transaction, placed, userId);
        const filled = trades.reduce((sum, trade) => sum + trade.quantity, 0);
        const status = filled === placed.quantity ? 'FILLED' : 'OPEN';
        return { order: { ...placed, filled, status }, trades, replayed: false };
      }),

    cancel: (userId, orderId) =>
      settle(async transaction => {
        const { rows } = await transaction.query<Order>(
          `SELECT ${ORDER} FROM orders WHERE id = $1 AND user_id = $2 FOR UPDATE`,
          [orderId, userId],
        );
        const order = rows[0];
        if (order === undefined) throw notFound('you have no such order');
        if (order.status !== 'OPEN') throw new ApiError(409, 'ORDER_CLOSED', `the order is ${order.status} already`);
        await transaction.query("UPDATE orders SET status = 'CANCELLED' WHERE id = $1", [orderId]);
        await reserve(transaction, userId, order.marketId, { ...order, quantity: order.filled - order.quantity });
        return { ...order, status: 'CANCELLED' };
      }),
  };
}

async function orderWithKey(transaction: Transaction, userId: string, key: string): Promise<Order | undefined> {
  const { rows } = await transaction.query<Order>(
    `SELECT ${ORDER} FROM orders WHERE user_id = $1 AND idempotency_key = $2`,
    [userId, key],
  );
  return rows[0];
}

function sameOrder(order: Order, terms: OrderTerms): Order {
  const same =
    order.side === terms.side &&
    order.outcome === terms.outcome &&
    order.price === terms.price &&
    order.quantity === terms.quantity;
  if (same) return order;
  throw new ApiError(422, 'IDEMPOTENCY_KEY_REUSED', 'another order was placed with this idempotency key');
}

async function openMarket(transaction: Transaction, slug: string): Promise<string> {
  const { rows } = await transaction.query<{ id: string }>(
    "SELECT id FROM markets WHERE slug = $1 AND status = 'OPEN' AND closes_at > now()",
    [slug],
  );
  if (rows[0] === undefined) throw notFound(`there is no open market ${slug}`);
  return rows[0].id;
}

/** Sets aside what an order may cost: money for a purchase, shares for a sale. A negative quantity gives it back. */
async function reserve(transaction: Transaction, userId: string, marketId: string, terms: OrderTerms): Promise<void> {
  if (terms.side === 'BUY') {
    const paid = await transaction.query(
      `UPDATE balances SET available = available - $2::numeric * $3, reserved = reserved + $2::numeric * $3
       WHERE user_id = $1 AND available >= $2::numeric * $3`,
      [userId, terms.price, terms.quantity],
    );
    if (paid.rowCount === 0) throw new ApiError(422, 'INSUFFICIENT_BALANCE', 'your balance does not cover the order');
    return;
  }
  const delivered = await transaction.query(
    `UPDATE positions SET available = available - $4, reserved = reserved + $4
     WHERE user_id = $1 AND market_id = $2 AND outcome = $3 AND available >= $4`,
    [userId, marketId, terms.outcome, terms.quantity],
  );
  if (delivered.rowCount === 0) throw new ApiError(422, 'INSUFFICIENT_POSITION', 'you do not hold that many shares');
}

function only<T>(rows: T[]): T {
  const [row] = rows;
  if (row === undefined) throw new Error('the database returned no row');
  return row;
}
