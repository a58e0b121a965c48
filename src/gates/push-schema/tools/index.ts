import { drizzle } from './drizzle.ts';
import { drizzleFolders } from './drizzle-folders.ts';
import { knex } from './knex.ts';
import { nodePgMigrate } from './node-pg-migrate.ts';
import { plainSql } from './plain-sql.ts';
import { prisma } from './prisma.ts';
import { supabase } from './supabase.ts';
import type { Tool } from './tool.ts';

/** In the order in which their layouts are tried: one may look like a later one. A key may have several layouts. */
export const tools: Tool[] = [drizzle, drizzleFolders, prisma, nodePgMigrate, supabase, knex, plainSql];
