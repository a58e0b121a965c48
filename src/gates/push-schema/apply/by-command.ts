import type { PostgresSession } from '../../../clients/postgres.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Database } from '../database.ts';
import { invalidIndex } from '../live-lints/invalid-index.ts';
import { type Migration, namesOf } from '../migration.ts';
import { invalidIndexesIn } from './invalid-index.ts';
import { type Ended, runCommand } from './run-command.ts';
import { endOfGrace, inSessionOfItsOwn, invalidIndexLeft, outcomeUnknown } from './settle.ts';

export const commandFailed: FindingKind = {
  code: 'schema/command-failed',
  severity: 'error',
  boundary: 'data',
  meaning: 'The command that applies the migrations failed. What it has applied, the ledger tells.',
  cause: 'A migration that failed, a tool that is not installed in the job, or a database that it could not reach.',
  help: "Read the command's own output in the log of this step.",
};

export const commandLeftPending: FindingKind = {
  code: 'schema/command-left-pending',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The command that applies the migrations succeeded, and the ledger of the database does not have all of them.',
  cause:
    'A command that works on another database than `database` leads to, on another folder than `migrations`, or that only shows what it would do.',
  help: 'Compare what the command works on, which most tools print in the log of this step, with `database` and `migrations`.',
};

/** Lets the tool of the configuration apply what is pending, and reads from the ledger what it did. */
export async function applyByCommand(database: Database, command: string, context: GateContext): Promise<Outcome> {
  const { pending, target } = database;
  const end = endOfGrace(context.signal);
  const ended = await runCommand(command, context);
  if (context.signal.aborted) {
    const work = (session: PostgresSession) => aftermath(session, database, pending);
    const left = await inSessionOfItsOwn(database, work, unknownFinding(database, command), end, context);
    return {
      verdict: 'error',
      findings: [...findingsOfCancellation(context.signal), ...left],
      detail: detailOf(database),
    };
  }
  const left = await aftermath(database.session, database, pending);
  const detail = detailOf(database);
  if (!ended.succeeded) {
    // What the ledger has kept as failed is the release's fault; else nobody knows whose it is.
    const verdict = left.some(({ severity }) => severity === 'error') ? 'failed' : 'error';
    return { verdict, findings: [failureFinding(database, command, ended), ...left], detail };
  }
  if (database.pending.length === 0) return concludeFrom(left, detail);
  const message = `\`${command}\` succeeded, and ${namesOf(database.pending)} ${database.pending.length === 1 ? 'is' : 'are'} still not applied to ${target.name} (${target.address.name}).`;
  return concludeFrom([found(commandLeftPending, { message, place: target.placeOf('apply') }), ...left], detail);
}

/** What the command has left: notes what was applied, and answers with what is wrong now. */
async function aftermath(session: PostgresSession, database: Database, pending: Migration[]): Promise<Finding[]> {
  const { state, findings } = await database.plan(session);
  const applied = new Set(state.entries.filter(entry => entry.state === 'applied').map(({ id }) => id));
  database.applied.push(...pending.filter(({ id }) => applied.has(id)));
  return [...findings.filter(({ severity }) => severity === 'error'), ...(await indexesLeft(session, database))];
}

async function indexesLeft(session: PostgresSession, { inspection, target }: Database): Promise<Finding[]> {
  const before = new Set(inspection.get(invalidIndex)?.map(({ key }) => key));
  const fresh = (await invalidIndexesIn(session)).filter(({ key }) => !before.has(key));
  return fresh.map(({ name, builder }) => {
    const still = builder === null ? '' : ` The session with pid ${builder} is still at work on it.`;
    const drop = `drop it with \`DROP INDEX CONCURRENTLY ${name}\` and tell the tool that its migration was undone`;
    const ways =
      builder === null
        ? drop
        : `wait for that session; if the index is valid then, tell the tool that its migration was applied, else ${drop}`;
    return found(invalidIndexLeft, {
      message: `The command has left the invalid index ${name} in ${target.name}.${still}`,
      help: `Before the job is run again, ${ways}.`,
      place: target.place,
    });
  });
}

function failureFinding({ target, pending }: Database, command: string, { how, notFound }: Ended): Finding {
  const rest = pending.length === 0 ? '' : ` Still to be applied: ${namesOf(pending)}.`;
  const message = `\`${command}\` ${how}.${rest}`;
  const help = notFound ? 'The program was not found: install it in a step before this one.' : commandFailed.help;
  return found(commandFailed, { message, help, place: target.placeOf('apply') });
}

function unknownFinding({ target }: Database, command: string): Finding {
  const message = `What \`${command}\` has applied to ${target.name} before it was ended could not be asked.`;
  const help = 'Run the job again when the database answers: it reads the ledger first.';
  return found(outcomeUnknown, { message, help, place: target.place });
}

function findingsOfCancellation({ reason }: AbortSignal): Finding[] {
  if (reason instanceof GateError) return reason.findings;
  throw reason;
}

function detailOf({ applied }: Database): string {
  return applied.length === 0 ? 'applied nothing' : `applied ${namesOf(applied)}`;
}
