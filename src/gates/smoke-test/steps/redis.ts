import type { RedisClient } from '../../../clients/redis/session.ts';
import type { RedisStep } from '../../../config/schema/smoke/steps/redis.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Step } from '../plan/model.ts';
import { resolveExpected } from '../resolve-expected.ts';
import { judgeStored } from '../stored/judge.ts';
import { isContainer, onlyReads } from '../stored/read-commands.ts';
import { withRedis } from '../stored/redis-client.ts';
import { openJson, shapeReply } from '../stored/replies.ts';
import type { Visit } from '../visit.ts';

export const undeclaredWrite: FindingKind = {
  code: 'smoke/undeclared-write',
  severity: 'error',
  boundary: 'data',
  meaning: 'A step has a Redis command that can change data but does not declare it, so the gate did not send it.',
  cause: 'The command writes as a side effect, or `writes: true` is missing.',
  help: 'Set `writes: true` if the step is meant to change data.',
};

/** Sends one command. Without `writes`, it must be known to only read. */
export async function run(step: Step<RedisStep>, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  const about = visit.describe(step);
  const [command = '', ...rest] = declared.redis.map(part => String(visit.scope.resolve(part)));
  const shown = [command, ...rest].map(part => `'${part.replaceAll("'", "'\\''")}'`).join(' ');
  visit.showCommand(() => `redis-cli -u "$${declared.store}" ${shown}`);
  return withRedis(step, declared.timeout, visit, async redis => {
    const refusal = declared.writes ? undefined : await explainWrite(redis, command, rest[0]);
    if (refusal !== undefined) {
      const message = `${about.target}: ${refusal}, and the step does not set \`writes\`.`;
      return { verdict: 'error', findings: [found(undeclaredWrite, { message, ...about.where })] };
    }
    const asked = performance.now();
    const reply: unknown = await redis.call(command, ...rest);
    const value = openJson(shapeReply([command, ...rest], reply), resolveExpected(declared.expect, visit.scope));
    return judgeStored({ value, took: performance.now() - asked, detail: 'answered' }, declared, visit, about);
  });
}

/** Why a command may write; undefined if it only reads. Asks Redis about commands that the gate does not know. */
async function explainWrite(redis: RedisClient, command: string, subcommand?: string): Promise<string | undefined> {
  if (onlyReads(command, subcommand)) return undefined;
  const name = command.toUpperCase();
  if (isContainer(command)) return `${name} ${subcommand?.toUpperCase() ?? ''} is not a command that only reads`;
  const reply = await redis.call('COMMAND', 'INFO', command.toLowerCase()).catch(() => undefined); // not every user may ask
  const flags = readFlags(reply);
  if (flags === undefined) return `neither the gate nor Redis knows ${name} as a command that only reads`;
  return flags.includes('readonly') ? undefined : `${name} is not a read-only command`;
}

/** The third field of COMMAND INFO (docs: Redis, COMMAND INFO); undefined for an unknown command. */
function readFlags(reply: unknown): unknown[] | undefined {
  const about: unknown = Array.isArray(reply) ? reply[0] : undefined;
  const flags: unknown = Array.isArray(about) ? about[2] : undefined;
  return Array.isArray(flags) ? flags : undefined;
}
