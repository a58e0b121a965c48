import type { PostgresSession } from '../../../clients/postgres.ts';
import { withArguments } from './made.ts';
import { canonicalName, type TableName } from './names.ts';
import { shownReturns } from './returns.ts';

/** What a function of the database can be called by, and what it returns, as `returnsOf` shows it. */
export interface LiveFunction {
  names: TableName[];
  returns: string;
}

interface Row {
  schema: string;
  name: string;
  takes: string[];
  set: boolean;
  type: string;
  given: { name: string; type: string }[];
}

/** The functions by these names, whatever their schema; asked as `readLiveTables` asks. */
export async function readLiveFunctions(session: PostgresSession, names: string[]): Promise<LiveFunction[]> {
  const rows = await session.query<Row>(
    `SELECT n.nspname AS schema, p.proname AS name, p.proretset AS set, format_type(p.prorettype, NULL) AS type,
            coalesce((SELECT json_agg(format_type(taken.type, NULL) ORDER BY place)
                      FROM unnest(p.proargtypes) WITH ORDINALITY AS taken (type, place)), '[]') AS takes,
            coalesce((SELECT json_agg(json_build_object('name', coalesce(p.proargnames[place], ''),
                        'type', format_type(p.proallargtypes[place], NULL)) ORDER BY place)
                      FROM generate_subscripts(p.proargmodes, 1) AS place
                      WHERE p.proargmodes[place] IN ('o', 'b', 't')), '[]') AS given
     FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE p.prokind = 'f' AND p.pronamespace <> 'pg_catalog'::regnamespace AND p.proname::text = ANY ($1)`,
    [names],
  );
  return rows.map(({ schema, name, takes, set, type, given }) => ({
    names: [undefined, takes.map(asParsed)].map(list => withArguments({ schema, name }, list)),
    returns: shownReturns({
      set,
      type: asParsed(type),
      given: given.map(one => ({ ...one, type: asParsed(one.type) })),
    }),
  }));
}

/** The name of a type without its schema and quotes. */
function asParsed(type: string): string {
  return canonicalName(type.replaceAll('"', '').replace(/^[^.]*\./, ''));
}
