import type { PostgresAddress } from '../../clients/postgres-url.ts';
import { readPostgresVariable } from '../../clients/postgres-variable.ts';
import type { ToolKey } from '../../config/schema/databases.ts';
import { replaceVariables, unescapeValue } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found, type Place } from '../../core/finding.ts';
import type { Limits } from './apply/applier.ts';
import type { MigrationCommand } from './apply/run-command.ts';
import { parseRequirements, type Requirements } from './requirements/requirement.ts';
import type { Source } from './source.ts';

export const transactionPooler: FindingKind = {
  code: 'schema/transaction-pooler',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The connection string leads to a pooler in transaction mode, where a session lock protects nothing and may stay behind. Nothing was tried.',
  cause: 'The migrations use the connection string of the application, for which a transaction pooler is right.',
  help: 'Give `database` a variable with the direct connection string, or with that of the session pooler (Supabase: port 5432 of the pooler; Neon: the host without -pooler; Prisma: the one in `directUrl`).',
};

/** For a fork: its SQL can still be judged. */
const withoutSecrets =
  'Use `mode: judge` here, which needs no connection and no secret. This mode is for branches of this repository and for after the merge.';

/** One database to push to. */
export interface Target {
  /** As the configuration calls it. */
  name: string;
  address: PostgresAddress;
  /** The role to become after connecting. */
  role: string | undefined;
  /** The folder of the migrations, from the root of the repository. */
  folder: string;
  /** The migration tool; undefined where the layout tells. */
  tool: ToolKey | undefined;
  /** The last migration that a database without a ledger already has. */
  baseline: string | undefined;
  /** A server for trials. */
  scratch: PostgresAddress | undefined;
  /** Whether to compare the live schema with what the migrations produce. */
  drift: boolean;
  /** The database of another environment, whose schema should be the same. */
  compareWith: PostgresAddress | undefined;
  /** The command that applies the migrations instead of the gate. */
  command: MigrationCommand | undefined;
  limits: Limits;
  /** Milliseconds that a migration should not exceed. */
  budget: number;
  require: Requirements;
  extensions: string[];
  /** SQL that must be true, by its name. */
  assertions: Map<string, string>;
  /** Keys of what the lints may find. */
  allow: string[];
  /** Whether each statement must be repeatable. */
  idempotent: boolean;
  /** Whether new tables must have row-level security; undefined: where the database has Supabase's role `anon`. */
  rowLevelSecurity: boolean | undefined;
  /** What allows a migration to lose data: its name in `approve`, also the environment's reviewers, or nothing more. */
  destructive: 'approve' | 'environment' | 'allow';
  place?: Place | undefined;
  /** Where the configuration has a key of this database. */
  placeOf(...path: string[]): Place | undefined;
}

/** Reads the variables of the databases. Throws one GateError with everything that is wrong. */
export function readTargets(sources: Source[], context: GateContext): Target[] {
  const findings: Finding[] = [];
  const targets = sources.flatMap(source => {
    try {
      return [readTarget(source, context)];
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      findings.push(...error.findings);
      return [];
    }
  });
  if (findings.length > 0) throw new GateError(findings);
  return targets;
}

function readTarget(source: Source, context: GateContext): Target {
  const { name, folder, values, placeOf } = source;
  return {
    name,
    address: readAddress(source, context),
    role: values['set-role'],
    folder,
    tool: values.tool,
    scratch: readScratch(source, context),
    drift: values.drift,
    compareWith: readCompareWith(source, context),
    baseline: values.baseline,
    command: readCommand(source, context),
    limits: {
      lockTimeout: values['lock-timeout'],
      lockRetries: values['lock-retries'],
      statementTimeout: values['statement-timeout'] ?? 0,
    },
    budget: values.budget,
    require: parseRequirements(values.require),
    extensions: values.extensions,
    assertions: new Map(Object.entries(values.assert)),
    allow: values.allow,
    idempotent: values.idempotent,
    rowLevelSecurity: values['row-level-security'],
    destructive: values.destructive,
    place: placeOf(),
    placeOf,
  };
}

function readAddress({ values, placeOf }: Source, context: GateContext): PostgresAddress {
  const place = placeOf('database');
  const need = { purpose: `the migrations in ${values.migrations}`, place, withoutSecrets };
  const address = readPostgresVariable(context, values.database, need);
  if (!address.transactionPooler) return address;
  const message = `The connection string in ${values.database} leads to a pooler in transaction mode: ${address.transactionPooler}.`;
  throw new GateError([found(transactionPooler, { message, place })]);
}

function readCommand({ values, placeOf }: Source, context: GateContext): MigrationCommand | undefined {
  const { apply: text, env, database } = values;
  if (text === undefined) return undefined;
  const given = unescapeValue(replaceVariables(context, env, placeOf('env')));
  return { text, env: { [database]: context.variables[database], ...given } };
}

function readScratch({ name, values, placeOf }: Source, context: GateContext): PostgresAddress | undefined {
  const { scratch: variable } = values;
  if (!variable) return undefined;
  const place = placeOf('scratch');
  return readPostgresVariable(context, variable, { purpose: `the scratch database of ${name}`, place });
}

function readCompareWith({ name, values, placeOf }: Source, context: GateContext): PostgresAddress | undefined {
  const variable = values['compare-with'];
  if (!variable) return undefined;
  const place = placeOf('compare-with');
  const purpose = `the comparison of ${name} with another environment`;
  return readPostgresVariable(context, variable, { purpose, place });
}
