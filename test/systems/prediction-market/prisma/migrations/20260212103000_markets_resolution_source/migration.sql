-- Who decides how a market resolves. A constant default rewrites no row, and code that does not know the column keeps
-- working, so the release before this one can come back without undoing it.
ALTER TABLE markets ADD COLUMN IF NOT EXISTS resolution_source text NOT NULL DEFAULT 'the operator of the market';
