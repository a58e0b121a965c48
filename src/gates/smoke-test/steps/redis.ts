import type { RedisStep } from '../../../config/schema/smoke/behind.ts';
import type { Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { failed, StepEnded } from '../failure.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { withRedis } from './redis-client.ts';
import { judgeStored } from './rows.ts';

export const redisWrites: FindingKind = {
  code: 'smoke/redis-writes',
  severity: 'error',
  boundary: 'data',
  meaning: 'A step has a command that changes data, and does not say that it does, so it was not sent.',
  cause: 'A command that writes as a side effect, or a missing `writes: true`.',
  help: 'Say `writes: true` if the step is meant to change data.',
};

/** Sends one command; one that writes only where the step says so. Redis itself knows which do (COMMAND INFO). */
export async function runRedisStep(declared: RedisStep, step: Step, visit: Visit): Promise<Outcome> {
  const about = visit.about(step);
  const [command = '', ...rest] = declared.redis.map(part => String(visit.scope.value(part)));
  const shown = [command, ...rest].map(part => `'${part.replaceAll("'", "'\\''")}'`).join(' ');
  visit.asks(() => `redis-cli -u "$${declared.store}" ${shown}`);
  return withRedis(declared.store, declared.timeout, step, visit, async redis => {
    const flags = declared.writes ? ['readonly'] : await flagsOf(command, name => redis.call('COMMAND', 'INFO', name));
    if (!flags?.includes('readonly')) {
      const name = command.toUpperCase();
      const what = flags
        ? `${name} is none of the commands that only read`
        : `Redis does not say of a command ${name} that it only reads`;
      const message = `${about.target}: ${what}, and the step does not say that it writes.`;
      const help = flags ? redisWrites.help : `Check the name of the command. ${redisWrites.help}`;
      throw new StepEnded({ ...failed([found(redisWrites, { message, help, ...about.where })]), verdict: 'error' });
    }
    const asked = performance.now();
    const reply: unknown = await redis.call(command, ...rest);
    const value = command.toUpperCase() === 'HGETALL' ? asMapping(reply) : reply;
    return judgeStored({ value, took: performance.now() - asked, detail: 'answered' }, declared, visit, about);
  });
}

/** The third field of COMMAND INFO (docs: Redis, COMMAND INFO); undefined for a command that it does not know. */
async function flagsOf(command: string, info: (name: string) => Promise<unknown>): Promise<unknown[] | undefined> {
  const reply = await info(command.toLowerCase());
  const about: unknown = Array.isArray(reply) ? reply[0] : undefined;
  const flags: unknown = Array.isArray(about) ? about[2] : undefined;
  return Array.isArray(flags) ? flags : undefined;
}

/** A hash comes as a flat list of its fields and values. */
function asMapping(reply: unknown): unknown {
  if (!Array.isArray(reply)) return reply;
  return Object.fromEntries(
    Array.from({ length: Math.floor(reply.length / 2) }, (_, index) => [
      String(reply[2 * index]),
      reply[2 * index + 1],
    ]),
  );
}
