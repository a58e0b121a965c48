import { isSqlError } from '../../../clients/postgres-errors.ts';

/** What the query answers; undefined where its table, or the schema of it, is not there. */
export async function unlessMissing<Result>(query: Promise<Result>): Promise<Result | undefined> {
  try {
    return await query;
  } catch (error) {
    if (isSqlError(error) && (error.code === '42P01' || error.code === '3F000')) return undefined;
    throw error;
  }
}
