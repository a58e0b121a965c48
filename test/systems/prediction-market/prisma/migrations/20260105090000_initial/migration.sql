-- Money is kept in units of the market's currency, prices as the probability an outcome trades at.
CREATE TABLE IF NOT EXISTS users (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    email text NOT NULL UNIQUE,
    display_name text NOT NULL,
    password_hash text NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS markets (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    slug text NOT NULL UNIQUE,
    question text NOT NULL,
    status text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'RESOLVED')),
    closes_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE IF NOT EXISTS orders (
    id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users (id),
    market_id uuid NOT NULL REFERENCES markets (id),
    side text NOT NULL CHECK (side IN ('BUY', 'SELL')),
    outcome text NOT NULL CHECK (outcome IN ('YES', 'NO')),
    type text NOT NULL CHECK (type IN ('LIMIT')),
    price numeric(4, 2) NOT NULL CHECK (price > 0 AND price < 1),
    quantity bigint NOT NULL CHECK (quantity > 0),
    filled bigint NOT NULL DEFAULT 0 CHECK (filled BETWEEN 0 AND quantity),
    status text NOT NULL DEFAULT 'OPEN' CHECK (status IN ('OPEN', 'FILLED', 'CANCELLED')),
    idempotency_key text,
    created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX IF NOT EXISTS orders_user_id_idempotency_key ON orders (user_id, idempotency_key);
CREATE INDEX IF NOT EXISTS orders_open ON orders (market_id, outcome, side, price) WHERE status = 'OPEN';

CREATE TABLE IF NOT EXISTS balances (
    user_id uuid PRIMARY KEY REFERENCES users (id),
    available numeric(14, 2) NOT NULL DEFAULT 0 CHECK (available >= 0),
    reserved numeric(14, 2) NOT NULL DEFAULT 0 CHECK (reserved >= 0)
);

CREATE TABLE IF NOT EXISTS positions (
    user_id uuid NOT NULL REFERENCES users (id),
    market_id uuid NOT NULL REFERENCES markets (id),
    outcome text NOT NULL CHECK (outcome IN ('YES', 'NO')),
    available bigint NOT NULL DEFAULT 0 CHECK (available >= 0),
    reserved bigint NOT NULL DEFAULT 0 CHECK (reserved >= 0),
    PRIMARY KEY (user_id, market_id, outcome)
);

INSERT INTO markets (slug, question, closes_at) VALUES
    ('will-btc-hit-100k', 'Will Bitcoin trade above 100 000 USD before the end of the year?', '2030-12-31T23:59:59Z'),
    ('will-it-rain-in-london', 'Will it rain in London on New Year''s Day?', '2030-12-31T23:59:59Z'),
    ('will-the-launch-succeed', 'Will the next launch reach orbit?', '2030-12-31T23:59:59Z')
ON CONFLICT (slug) DO NOTHING;
