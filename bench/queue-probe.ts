import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { probe } from '../src/gates/probe/gate.ts';
import { planTargets } from '../src/readiness/targets.ts';
import { parseConfiguration } from '../test/support/configuration.ts';
import { testContext } from '../test/support/context.ts';
import { startRedis } from '../test/support/redis.ts';
import { countRounds } from './size.ts';

/**
 * Prints, as Markdown, what a queue probe costs a Redis that is billed by the command, while nothing happens in the
 * queue. The argument is how long it watches, in seconds; 30 by default. Exits with 1 for 2 connections or 60 commands.
 */
const seconds = countRounds(30);

const redis = await startRedis();
const connection = { host: '127.0.0.1', port: Number(new URL(redis.url).port) };
const queue = new Queue('emails', { connection });
const worker = new Worker('emails', async () => {}, { connection, drainDelay: 600, skipStalledCheck: true });
await worker.waitUntilReady();
await queue.add('one', {});
const admin = new Redis(redis.url);
const readStats = async () => {
  const info = await admin.info('stats');
  const read = (name: string) => Number(new RegExp(`${name}:(\\d+)`).exec(info)?.[1]);
  return { connections: read('total_connections_received'), commands: read('total_commands_processed') };
};

await new Promise(resolve => setTimeout(resolve, 300)); // the worker takes the job, and then waits for the next
const before = await readStats();
const text = `services:\n  api: { platform: fly, app: api, url: "http://127.0.0.1:1" }\nprobe:\n  api:\n    it: { queue: emails, store: REDIS_URL, for: ${seconds}s }`;
const config = parseConfiguration(text, { path: 'release-gates.yml', environment: '', commit: 'a'.repeat(40) });
const context = testContext({ variables: { REDIS_URL: redis.url } });
const report = await probe(planTargets(config, [], context), context);
const after = await readStats();
await worker.close(true);
await queue.close();
admin.disconnect();
await redis.stop();

const connections = after.connections - before.connections;
const commands = after.commands - before.commands - 1; // the reading of the statistics
process.stdout.write(
  `A queue probe of ${seconds} s on a queue in which nothing happens: ${report.verdict}.\n\n| Connections | Commands |\n| ---: | ---: |\n| ${connections} | ${commands} |\n`,
);
if (report.verdict !== 'passed' || connections > 1 || commands >= 60) process.exitCode = 1;
