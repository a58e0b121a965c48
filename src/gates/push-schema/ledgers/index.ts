import type { Tool } from '../layouts/layout.ts';
import { drizzleLedger } from './drizzle.ts';
import { knexLedger } from './knex.ts';
import type { Ledger } from './ledger.ts';
import { nodePgMigrateLedger } from './node-pg-migrate.ts';
import { plainLedger } from './plain.ts';
import { prismaLedger } from './prisma.ts';
import { supabaseLedger } from './supabase.ts';

/** The ledger of each tool. */
export const ledgers: Record<Tool, Ledger> = {
  prisma: prismaLedger,
  supabase: supabaseLedger,
  drizzle: drizzleLedger,
  'node-pg-migrate': nodePgMigrateLedger,
  knex: knexLedger,
  sql: plainLedger,
};
