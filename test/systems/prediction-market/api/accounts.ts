import { type Database, inTransaction } from './database.ts';
import { ApiError, notFound, unauthorized } from './errors.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

export interface User {
  id: string;
  email: string;
  displayName: string;
}

export interface Registration {
  email: string;
  password: string;
  displayName: string;
}

export interface Accounts {
  register(registration: Registration): Promise<User>;
  /** @throws ApiError 401 when there is no such user or the password is another. */
  logIn(email: string, password: string): Promise<User>;
  find(userId: string): Promise<User>;
  balance(userId: string): Promise<{ available: number; reserved: number }>;
  positions(userId: string): Promise<Array<Record<string, unknown>>>;
}

/** The play money everybody starts with. */
const WELCOME_BALANCE = 1_000;

const USER = 'id, email, display_name AS "displayName"';

export function createAccounts(database: Database): Accounts {
  return {
    async register({ email, password, displayName }) {
      const passwordHash = await hashPassword(password);
      return inTransaction(database, async transaction => {
        const { rows } = await transaction.query<User>(
          `INSERT INTO users (email, display_name, password_hash) VALUES (lower($1), $2, $3)
           ON CONFLICT (email) DO NOTHING RETURNING ${USER}`,
          [email, displayName, passwordHash],
        );
        const user = rows[0];
        if (user === undefined) throw new ApiError(409, 'EMAIL_TAKEN', 'there is an account with this email already');
        await transaction.query('INSERT INTO balances (user_id, available) VALUES ($1, $2)', [
          user.id,
          WELCOME_BALANCE,
        ]);
        return user;
      });
    },

    async logIn(email, password) {
      const { rows } = await database.query<User & { passwordHash: string }>(
        `SELECT ${USER}, password_hash AS "passwordHash" FROM users WHERE email = lower($1)`,
        [email],
      );
      const found = rows[0];
      if (found === undefined || !(await verifyPassword(password, found.passwordHash))) {
        throw unauthorized('the email or the password is wrong');
      }
      return { id: found.id, email: found.email, displayName: found.displayName };
    },

    async find(userId) {
      const { rows } = await database.query<User>(`SELECT ${USER} FROM users WHERE id = $1`, [userId]);
      if (rows[0] === undefined) throw notFound('your account is gone');
      return rows[0];
    },

    async balance(userId) {
      const { rows } = await database.query<{ available: number; reserved: number }>(
        'SELECT available::float8, reserved::float8 FROM balances WHERE user_id = $1',
        [userId],
      );
      return rows[0] ?? { available: 0, reserved: 0 };
    },

    async positions(userId) {
      const { rows } = await database.query(
        `SELECT slug AS market, outcome, available::int, reserved::int
         FROM positions JOIN markets ON markets.id = market_id
         WHERE user_id = $1 AND available + reserved > 0 ORDER BY slug, outcome`,
        [userId],
      );
      return rows;
    },
  };
}
