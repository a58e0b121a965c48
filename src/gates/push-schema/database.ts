import { connectPostgres, type PostgresSession } from '../../clients/postgres.ts';
import { explainPostgresError } from '../../clients/postgres-errors.ts';
import type { GateContext } from '../../core/context.ts';
import type { Finding } from '../../core/finding.ts';
import type { Graded } from './judge/grade.ts';
import { readMigrations } from './layouts/index.ts';
import { ledgers } from './ledgers/index.ts';
import type { Ledger } from './ledgers/ledger.ts';
import { headOf, type LedgerState } from './ledgers/state.ts';
import type { Inspection } from './live-lints/inspect.ts';
import type { Migration } from './migration.ts';
import type { Target } from './options.ts';
import { type Plan, planOf } from './plan.ts';
import type { Rehearsed } from './rehearse/rehearse.ts';

/** One database on its way through the gate: its session, its migrations, and what has become of them. */
export class Database {
  readonly target: Target;
  readonly session: PostgresSession;
  readonly ledger: Ledger;
  readonly migrations: Migration[];
  /** What is wrong with files among the migrations. */
  readonly faults: Finding[];
  /** The newest migration that was applied before this gate began. */
  before: string | undefined;
  /** The newest migration that is applied, as far as is known. */
  head: string | undefined;
  /** What is still to be applied. */
  pending: Migration[] = [];
  /** Whether there is no ledger yet, and one is to be made that begins with `baseline`. */
  needsBaseline = false;
  /** What was found when the live schema was held against its migrations; undefined where it was not. */
  drift: Finding[] | undefined;
  /** What the pending migrations did when they were tried. */
  readonly rehearsed: Rehearsed[] = [];
  /** What the lints found before this gate changed anything. */
  inspection: Inspection = new Map();
  /** What each pending migration means for going back, by its id. */
  grades = new Map<string, Graded>();
  /** What this gate has applied, in order. */
  readonly applied: Migration[] = [];

  private constructor(target: Target, session: PostgresSession, folder: Awaited<ReturnType<typeof readMigrations>>) {
    this.target = target;
    this.session = session;
    this.ledger = ledgers[folder.tool];
    this.migrations = folder.migrations;
    this.faults = folder.findings;
  }

  /** Reads the folder and connects. Throws a GateError if either cannot be. */
  static async open(target: Target, context: GateContext): Promise<Database> {
    const { folder: path, tool } = target;
    const place = target.placeOf('migrations');
    const folder = await readMigrations({ workspace: context.workspace, path, tool, place });
    return new Database(target, await connect(target, context), folder);
  }

  /** Opens another session. */
  connect(context: GateContext): Promise<PostgresSession> {
    return connect(this.target, context);
  }

  /** Reads the ledger, in another session where the own one is gone, and compares it with the repository. */
  async plan(session = this.session): Promise<Plan & { state: LedgerState }> {
    const state = this.#baselined(await this.ledger.read(session));
    const { name, place, command } = this.target;
    const about = { database: name, place, migrations: this.migrations, hasCommand: command !== undefined };
    const plan = planOf(this.ledger, state, about);
    this.pending = plan.pending;
    this.head = this.nameOf(headOf(state));
    return { ...plan, state };
  }

  /** The migrations that a database without a ledger is said to have already. */
  get baseline(): Migration[] {
    const last = this.migrations.findIndex(
      ({ name, id }) => name === this.target.baseline || id === this.target.baseline,
    );
    return this.migrations.slice(0, last + 1);
  }

  #baselined(state: LedgerState): LedgerState {
    this.needsBaseline = !state.exists && this.baseline.length > 0;
    if (!this.needsBaseline) return state;
    const entries = this.baseline.map(({ id }) => ({ id, state: 'applied' as const }));
    return { exists: false, entries, strangers: [] };
  }

  /** A migration was applied. */
  advance(migration: Migration): void {
    this.applied.push(migration);
    this.pending = this.pending.filter(({ id }) => id !== migration.id);
    if (this.head === undefined || migration.name > this.head) this.head = migration.name;
  }

  /** As people call the migration; the id where only the ledger knows it. */
  nameOf(id: string | undefined): string | undefined {
    return this.migrations.find(migration => migration.id === id)?.name ?? id;
  }

  /** Runs the work, with errors of the database and the way to it in the user's words. */
  async explaining<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw explainPostgresError(error, { name: this.target.address.name, place: this.target.placeOf('database') });
    }
  }
}

function connect(target: Target, { signal, workspace }: GateContext): Promise<PostgresSession> {
  return connectPostgres(target.address, { signal, folder: workspace, place: target.placeOf('database') });
}
