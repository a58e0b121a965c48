import { explainEnvironment } from '../../../clients/child-environment.ts';
import type { PostgresSession } from '../../../clients/postgres.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Database } from '../database.ts';
import { invalidIndex } from '../live-lints/invalid-index.ts';
import { namesOf } from '../migration.ts';
import { createPlan, type Planned } from '../plan.ts';
import { listInvalidIndexes } from './invalid-index.ts';
import { type Pushed, startPush } from './pushed.ts';
import { type CommandResult, type MigrationCommand, runCommand } from './run-command.ts';
import { invalidIndexLeft, outcomeUnknown, startGrace, workInNewSession } from './settle.ts';

export const commandFailed: FindingKind = {
  code: 'schema/command-failed',
  severity: 'error',
  boundary: 'data',
  meaning: 'The command that applies the migrations failed. The ledger shows what it applied.',
  cause: 'A migration that failed, a tool that the job has not installed, or a database that it could not reach.',
  help: "Read the command's own output in the log of this step.",
};

export const commandLeftPending: FindingKind = {
  code: 'schema/command-left-pending',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The command that applies the migrations succeeded, but the ledger of the database does not have all of them.',
  cause:
    'A command that uses another database than `database` or another folder than `migrations`, or one that only prints what it would do.',
  help: 'Compare `database` and `migrations` with the database and folder that the command uses. Most tools print both in the log of this step.',
};

/** Lets the tool of the configuration apply the pending migrations, and reads from the ledger what it did. */
export async function applyByCommand(
  planned: Planned,
  command: MigrationCommand,
  context: GateContext,
): Promise<Outcome<Pushed>> {
  const { database, plan } = planned;
  const end = startGrace(context.signal);
  const result = await runCommand(command, context);
  if (context.signal.aborted) {
    const work = (session: PostgresSession) => readAftermath(session, planned);
    const aftermath = await workInNewSession({ database, end, context }, work);
    const { pushed, findings } = aftermath ?? {
      pushed: startPush(plan),
      findings: [reportUnknown(database, command.text)],
    };
    return {
      verdict: 'error',
      findings: [...listCancellation(context.signal), ...findings],
      detail: describeApplied(pushed),
      value: pushed,
    };
  }
  const { pushed, findings } = await readAftermath(database.session, planned);
  return {
    ...concludeCommand({ database, command: command.text, result, pushed, findings }),
    detail: describeApplied(pushed),
    value: pushed,
  };
}

/** What a command has left behind. */
interface Aftermath {
  pushed: Pushed;
  findings: Finding[];
}

async function readAftermath(session: PostgresSession, planned: Planned): Promise<Aftermath> {
  const { state, head, pending, findings } = await createPlan(planned.database, session);
  const done = new Set(state.entries.filter(entry => entry.state === 'applied').map(({ id }) => id));
  const applied = planned.plan.pending.filter(({ id }) => done.has(id));
  const errors = findings.filter(({ severity }) => severity === 'error');
  return { pushed: { head, pending, applied }, findings: [...errors, ...(await reportIndexes(session, planned))] };
}

async function reportIndexes(session: PostgresSession, { database, inspection }: Planned): Promise<Finding[]> {
  const { name: databaseName, place } = database.target;
  const before = new Set(inspection.get(invalidIndex)?.map(({ key }) => key));
  const fresh = (await listInvalidIndexes(session)).filter(({ key }) => !before.has(key));
  return fresh.map(({ name, builder }) => {
    const drop = `drop it with \`DROP INDEX CONCURRENTLY ${name}\` and tell the tool that its migration was rolled back`;
    const isOrphan = builder === null;
    const message = `The command left the invalid index ${name} in ${databaseName}.`;
    return found(invalidIndexLeft, {
      message: isOrphan ? message : `${message} The session with pid ${builder} is still building it.`,
      help: isOrphan
        ? `Before you run the job again, ${drop}.`
        : `Before you run the job again, wait for that session. If the index is valid then, tell the tool that its migration was applied; otherwise ${drop}.`,
      place,
    });
  });
}

interface CommandRun extends Aftermath {
  database: Database;
  command: string;
  result: CommandResult;
}

function concludeCommand(run: CommandRun): Outcome {
  const { database, command, result, pushed, findings } = run;
  if (!result.succeeded) {
    // A migration that the ledger has as failed is the release's fault. Otherwise nobody knows whose it is.
    const verdict = findings.some(({ severity }) => severity === 'error') ? 'failed' : 'error';
    return { verdict, findings: [reportFailure(run), ...findings] };
  }
  const { pending } = pushed;
  if (pending.length === 0) return concludeFrom(findings);
  const { name, address, placeOf } = database.target;
  const message = `\`${command}\` succeeded, but ${namesOf(pending)} ${pending.length === 1 ? 'is' : 'are'} still not applied to ${name} (${address.name}).`;
  return concludeFrom([found(commandLeftPending, { message, place: placeOf('apply') }), ...findings]);
}

function reportFailure({ database: { target }, command, result, pushed: { pending } }: CommandRun): Finding {
  const rest = pending.length === 0 ? '' : ` Still pending: ${namesOf(pending)}.`;
  const message = `\`${command}\` ${result.how}.${rest}`;
  const help = result.notFound
    ? 'Install the program in a step before this one: the shell did not find it.'
    : `${commandFailed.help} ${explainEnvironment('apply')}`;
  return found(commandFailed, { message, help, place: target.placeOf('apply') });
}

function reportUnknown({ target }: Database, command: string): Finding {
  const message = `The run was cancelled, and the gate could not find out what \`${command}\` had applied to ${target.name}.`;
  const help = 'Run the job again when the database answers: it reads the ledger first.';
  return found(outcomeUnknown, { message, help, place: target.place });
}

function listCancellation({ reason }: AbortSignal): Finding[] {
  if (reason instanceof GateError) return reason.findings;
  throw reason;
}

function describeApplied({ applied }: Pushed): string {
  return applied.length === 0 ? 'applied nothing' : `applied ${namesOf(applied)}`;
}
