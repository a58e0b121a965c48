import { type PostgresAddress, parsePostgresUrl } from '../../clients/postgres-url.ts';
import { invalidInput } from '../../config/findings.ts';
import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found, type Place } from '../../core/finding.ts';
import type { ReleaseRecord } from '../../core/record.ts';
import type { Limits } from './apply/apply.ts';
import type { Tool } from './layouts/layout.ts';
import { type Requirements, requirementsOf } from './requirements/requirement.ts';
import type { Source } from './source.ts';

export const transactionPooler: FindingKind = {
  code: 'schema/transaction-pooler',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The connection string leads to a pooler in transaction mode, where a lock of the session protects nothing and may stay behind. Nothing was tried.',
  cause: 'The connection string of the application, which is rightly pooled, was given to the migrations too.',
  help: 'Give `database` a variable with the direct connection string, or with that of the session pooler (Supabase: port 5432 of the pooler; Neon: the host without -pooler; Prisma: the one in `directUrl`).',
};

/** For a fork, whose SQL can be judged all the same. */
const withoutSecrets =
  'Judge the SQL without a connection here: `mode: judge` needs no secret. This mode is for branches of this repository and after the merge.';

/** One database to push to. */
export interface Target {
  /** As the configuration calls it. */
  name: string;
  address: PostgresAddress;
  /** The folder of the migrations, from the root of the repository. */
  folder: string;
  /** Whose migrations they are; told by the layout when left out. */
  tool: Tool | undefined;
  /** The last migration that a database without a ledger has already. */
  baseline: string | undefined;
  /** The connection string of a server to try migrations on. */
  scratch: string | undefined;
  /** Whether to hold the live schema against what the migrations produce. */
  drift: boolean;
  /** A database of another environment, whose schema should be the same. */
  compareWith: PostgresAddress | undefined;
  /** What applies the migrations, instead of the gate. */
  command: string | undefined;
  limits: Limits;
  /** Milliseconds that a migration should not exceed. */
  budget: number;
  require: Requirements;
  extensions: string[];
  /** SQL that must answer true, by its name. */
  assertions: Map<string, string>;
  /** Keys of what the lints may find. */
  allow: string[];
  /** Whether each statement must be one that can be repeated. */
  idempotent: boolean;
  /** Whether new tables must have row-level security; undefined: where the database has Supabase's role `anon`. */
  rowLevelSecurity: boolean | undefined;
  /**
   * What lets a migration pass that loses data: approved by name, by the environment's reviewers as well, or nothing
   * more.
   */
  destructive: 'approve' | 'environment' | 'allow';
  place?: Place | undefined;
  /** Where the configuration says something of this database, by the keys that lead there. */
  placeOf(...path: string[]): Place | undefined;
}

export interface PushSchemaOptions {
  targets: Target[];
  /** `check` plans and changes nothing; `rehearse` also tries what is pending on a scratch database. */
  mode: 'push' | 'check' | 'rehearse';
  /** Whether to look through the repository for commands that must not reach production. */
  guards: boolean;
  record: ReleaseRecord;
  /** Names of migrations that may do what is refused else. */
  approved?: string[] | undefined;
  /** Who has approved this run for its environment, for a sentence; asked only where something depends on it. */
  environmentApproval?: (() => Promise<string | undefined>) | undefined;
  /** Milliseconds to wait for another release that applies migrations. Default 10 000, as Prisma waits. */
  lockWait?: number | undefined;
}

/** `judge` looks at the repository alone; the others are those of PushSchemaOptions. */
export function modeOf(mode: string): PushSchemaOptions['mode'] | 'judge' {
  if (mode === '' || mode === 'push') return 'push';
  if (mode === 'check' || mode === 'rehearse' || mode === 'judge') return mode;
  const help = 'Set it to push, check, rehearse or judge.';
  throw new GateError([found(invalidInput, { message: `The input \`mode\` is "${mode}".`, help })]);
}

/**
 * The databases with what the variables of the step say of them. Throws a GateError with all that is wrong with any of
 * them.
 */
export function targetsOf(sources: Source[], context: GateContext): Target[] {
  return allOrNone(sources.map(source => () => targetOf(source, context)));
}

/** What all the makers make; throws one GateError with what each of them has to say. */
function allOrNone<Made>(makers: (() => Made)[]): Made[] {
  const findings: Finding[] = [];
  const made = makers.flatMap(make => {
    try {
      return [make()];
    } catch (error) {
      if (!(error instanceof GateError)) throw error;
      findings.push(...error.findings);
      return [];
    }
  });
  if (findings.length > 0) throw new GateError(findings);
  return made;
}

function targetOf(source: Source, context: GateContext): Target {
  const { name, folder, values, placeOf } = source;
  const place = placeOf('database');
  const purpose = `the migrations in ${values.migrations}`;
  const url = readSecret(context, values.database, purpose, place, withoutSecrets);
  const address = parsePostgresUrl(url, values.database, place);
  if (address.transactionPooler) {
    const message = `The connection string in ${values.database} leads to a pooler in transaction mode: ${address.transactionPooler}.`;
    throw new GateError([found(transactionPooler, { message, place })]);
  }
  return {
    name,
    address,
    folder,
    tool: values.tool,
    scratch: values.scratch && readSecret(context, values.scratch, `the scratch database of ${name}`, place),
    drift: values.drift,
    compareWith: compareWithOf(source, context),
    baseline: values.baseline,
    command: values.apply,
    limits: {
      lockTimeout: values['lock-timeout'],
      lockRetries: values['lock-retries'],
      statementTimeout: values['statement-timeout'] ?? 0,
    },
    budget: values.budget,
    require: requirementsOf(values.require),
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

function compareWithOf({ name, values, placeOf }: Source, context: GateContext) {
  const variable = values['compare-with'];
  if (!variable) return undefined;
  const place = placeOf('compare-with');
  const url = readSecret(context, variable, `the comparison of ${name} with another environment`, place);
  return parsePostgresUrl(url, variable, place);
}
