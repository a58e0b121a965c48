import { Redis } from 'ioredis';
import { listFindings } from '../src/core/report.ts';
import { marketFlows, requestsAllowed } from '../test/gates/smoke-test/market-flows.ts';
import { smoke } from '../test/gates/smoke-test/support.ts';
import { testContext } from '../test/support/context.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { startRedis } from '../test/support/redis.ts';
import { migrate } from '../test/systems/prediction-market/migrate.ts';
import { brokenReleases, type Release, v2 } from '../test/systems/prediction-market/releases.ts';
import { apiSettings, startApi } from '../test/systems/prediction-market/start.ts';
import { countRounds, quick } from './size.ts';

/**
 * Prints how often the flows of the prediction market reach each verdict, with the first finding. The first argument
 * sets the runs of each release: 10 by default; the project's claim is for 500, which take half an hour. The second
 * argument names one release. Batches run at once, each with its own API process and Redis database, so that no run
 * counts against the rate limit of another.
 */
const runs = countRounds(10);
const runsOfBatch = 25;
const batchesAtOnce = 4;
/** Releases that no flow can tell from outside: the process is gone, or differs only while its database is down. */
const unseen = ['crashes-on-start', 'health-needs-database'];
const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
try {
  const database = await postgres.createDatabase();
  await migrate(database, v2.migrations);
  process.stdout.write('| release | verdict and first finding | runs |\n| --- | --- | ---: |\n');
  const broken = Object.values(brokenReleases).filter(({ label }) => !unseen.includes(label));
  const releases = [v2, ...broken].filter(({ label }) => (process.argv[3] ?? label) === label);
  for (const release of quick ? releases.slice(0, 2) : releases) {
    for (const [outcome, count] of await outcomesOf(release, database)) {
      process.stdout.write(`| ${release.label} | ${outcome} | ${count} of ${runs} |\n`);
    }
  }
} finally {
  await Promise.all([postgres.stop(), redis.stop()]);
}

async function outcomesOf(release: Release, database: string): Promise<Map<string, number>> {
  const outcomes = new Map<string, number>();
  let left = runs;
  const worker = async (_: unknown, index: number) => {
    while (left > 0) {
      const size = Math.min(runsOfBatch, left);
      left -= size;
      for (const outcome of await batch(size, release, database, `${redis.url}/${index}`)) {
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
      }
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, worker));
  return outcomes;
}

/** The outcomes of so many runs, one after another against one process of the release. */
async function batch(size: number, release: Release, database: string, store: string): Promise<string[]> {
  const settings: Record<string, string> = {
    ...apiSettings(database, store),
    RATE_LIMIT_MAX: String(requestsAllowed),
  };
  const counts = new Redis(store);
  const api = await startApi(release, settings);
  const outcomes: string[] = [];
  try {
    for (let run = 0; run < size; run++) {
      await counts.flushdb(); // the rate limit starts at zero for each run
      const context = testContext({ variables: settings });
      const report = await smoke(api.url, marketFlows, context, { commit: release.commit });
      const first = listFindings(report)[0];
      outcomes.push(`${report.verdict} ${first ? `${first.code} at line ${first.place?.line}` : ''}`.trim());
    }
  } finally {
    counts.disconnect();
    await api.stop();
  }
  return outcomes;
}
