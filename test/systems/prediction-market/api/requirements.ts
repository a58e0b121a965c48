/** What the code of each release needs of the database: the migration it was written against, and what that brought. */
export const RELEASES = {
  v1: { migration: '20260105090000_initial', columns: ['orders.idempotency_key'] },
  v2: {
    migration: '20260212103000_markets_resolution_source',
    columns: ['orders.idempotency_key', 'markets.resolution_source'],
  },
} as const;

export type ReleaseName = keyof typeof RELEASES;
