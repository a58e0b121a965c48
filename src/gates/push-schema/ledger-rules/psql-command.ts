import { type FindingKind, found } from '../../../core/finding.ts';
import { placeOf, runnable } from '../migration.ts';
import type { LedgerRule } from './rule.ts';

export const psqlCommandFinding: FindingKind = {
  code: 'schema/psql-command',
  severity: 'error',
  boundary: 'data',
  meaning: 'A migration contains a command of psql, which the database server does not know.',
  cause: 'A script from `pg_dump`, or one written for psql, with lines such as \\connect or \\restrict.',
  help: 'Remove the line, or write it as SQL.',
};

export const psqlCommand: LedgerRule = ({ pending }) =>
  pending
    .filter(({ script }) => script.includes('\\'))
    .flatMap(migration =>
      runnable(migration)
        .statements.filter(({ code }) => code.startsWith('\\'))
        .map(statement =>
          found(psqlCommandFinding, {
            message: `${migration.name} contains the psql command ${statement.code.split(' ', 1).join('')}.`,
            place: placeOf(migration, statement),
          }),
        ),
    );
