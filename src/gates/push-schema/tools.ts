import type { Tool } from './layouts/layout.ts';
import { drizzleLedger } from './ledgers/drizzle.ts';
import { knexLedger } from './ledgers/knex.ts';
import type { Ledger } from './ledgers/ledger.ts';
import { nodePgMigrateLedger } from './ledgers/node-pg-migrate.ts';
import { plainLedger } from './ledgers/plain.ts';
import { prismaLedger } from './ledgers/prisma.ts';
import { supabaseLedger } from './ledgers/supabase.ts';

/** The ledger of each tool. */
export const ledgers: Record<Tool, Ledger> = {
  prisma: prismaLedger,
  supabase: supabaseLedger,
  drizzle: drizzleLedger,
  'node-pg-migrate': nodePgMigrateLedger,
  knex: knexLedger,
  sql: plainLedger,
};
