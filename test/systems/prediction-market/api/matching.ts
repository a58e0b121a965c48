import type { Transaction } from './database.ts';
import type { Order } from './orders.ts';

export interface Trade {
  outcome: 'YES' | 'NO';
  /** What the incoming order paid or was paid for a share. */
  price: number;
  quantity: number;
}

interface Resting {
  id: string;
  userId: string;
  side: 'BUY' | 'SELL';
  outcome: 'YES' | 'NO';
  price: number;
  remaining: number;
}

/**
 * Fills an order from those that rest in the book, at their prices, best price and then oldest first. A share changes
 * hands between a buyer and a seller of an outcome; or a new pair of shares is made for a buyer of YES and a buyer of
 * NO whose prices add up to 1. Nobody trades with themselves.
 */
export async function match(transaction: Transaction, order: Order, userId: string): Promise<Trade[]> {
  const trades: Trade[] = [];
  let remaining = order.quantity;
  for (const resting of await counterparts(transaction, order, userId)) {
    if (remaining === 0) break;
    const quantity = Math.min(remaining, resting.remaining);
    const price = resting.outcome === order.outcome ? resting.price : complement(resting.price);
    await settleFill(transaction, { ...order, userId }, price, quantity);
    await settleFill(transaction, { ...resting, marketId: order.marketId }, resting.price, quantity);
    trades.push({ outcome: order.outcome, price, quantity });
    remaining -= quantity;
  }
  return trades;
}

async function counterparts(transaction: Transaction, order: Order, userId: string): Promise<Resting[]> {
  const opposite = order.outcome === 'YES' ? 'NO' : 'YES';
  const { rows } = await transaction.query<Resting>(
    `SELECT id, user_id AS "userId", side, outcome, price::float8, (quantity - filled)::int AS remaining
     FROM orders
     WHERE market_id = $1 AND status = 'OPEN' AND user_id <> $2 AND (
       ($3 = 'BUY' AND side = 'SELL' AND outcome = $4 AND price <= $6::numeric) OR
       ($3 = 'BUY' AND side = 'BUY' AND outcome = $5 AND price >= 1 - $6::numeric) OR
       ($3 = 'SELL' AND side = 'BUY' AND outcome = $4 AND price >= $6::numeric))
     ORDER BY CASE WHEN side = 'SELL' THEN price ELSE 1 - price END, created_at
     LIMIT 100`,
    [order.marketId, userId, order.side, order.outcome, opposite, order.price],
  );
  return rows;
}

type Filled = Pick<Order, 'id' | 'marketId' | 'side' | 'outcome' | 'price'> & { userId: string };

/** Turns what was reserved for the order into what it was reserved for, and frees what a better price leaves over. */
async function settleFill(transaction: Transaction, order: Filled, price: number, quantity: number): Promise<void> {
  await transaction.query(
    `UPDATE orders SET filled = filled + $2,
       status = CASE WHEN filled + $2 = quantity THEN 'FILLED' ELSE status END WHERE id = $1`,
    [order.id, quantity],
  );
  if (order.side === 'BUY') {
    await transaction.query(
      `UPDATE balances SET reserved = reserved - $2::numeric * $4,
         available = available + ($2::numeric - $3::numeric) * $4 WHERE user_id = $1`,
      [order.userId, order.price, price, quantity],
    );
    await transaction.query(
      `INSERT INTO positions (user_id, market_id, outcome, available) VALUES ($1, $2, $3, $4)
       ON CONFLICT (user_id, market_id, outcome) DO UPDATE SET available = positions.available + $4`,
      [order.userId, order.marketId, order.outcome, quantity],
    );
    return;
  }
  await transaction.query('UPDATE balances SET available = available + $2::numeric * $3 WHERE user_id = $1', [
    order.userId,
    price,
    quantity,
  ]);
  await transaction.query(
    'UPDATE positions SET reserved = reserved - $4 WHERE user_id = $1 AND market_id = $2 AND outcome = $3',
    [order.userId, order.marketId, order.outcome, quantity],
  );
}

/** In whole hundredths, so that 1 - 0.9 is 0.1. */
function complement(price: number): number {
  return (100 - Math.round(price * 100)) / 100;
}
