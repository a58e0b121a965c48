import { Redis } from 'ioredis';
import { findingsOf } from '../src/core/report.ts';
import { marketFlows, requestsAllowed } from '../test/gates/smoke-test/market-flows.ts';
import { smoke } from '../test/gates/smoke-test/support.ts';
import { testContext } from '../test/support/context.ts';
import { startPostgres } from '../test/support/postgres.ts';
import { startRedis } from '../test/support/redis.ts';
import { migrate } from '../test/systems/prediction-market/migrate.ts';
import { brokenReleases, type Release, v2 } from '../test/systems/prediction-market/releases.ts';
import { apiSettings, startApi } from '../test/systems/prediction-market/start.ts';

/** Prints how often the flows of the prediction market come to each verdict, and to which first finding. Runs: the first argument, 500 by default; the second names one release. */
const runs = Number(process.argv[2] ?? 500);
/** What no flow can see from outside: the process is not there, or differs only while its database is away. */
const unseen = ['crashes-on-start', 'health-needs-database'];
const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
const store = new Redis(redis.url);
try {
  const database = await postgres.createDatabase();
  await migrate(database, v2.migrations);
  process.stdout.write('| release | verdict and first finding | runs |\n| --- | --- | ---: |\n');
  const broken = Object.values(brokenReleases).filter(({ label }) => !unseen.includes(label));
  for (const release of [v2, ...broken].filter(({ label }) => (process.argv[3] ?? label) === label)) {
    for (const [outcome, count] of await outcomesOf(release, database)) {
      process.stdout.write(`| ${release.label} | ${outcome} | ${count} of ${runs} |\n`);
    }
  }
} finally {
  store.disconnect();
  await Promise.all([postgres.stop(), redis.stop()]);
}

async function outcomesOf(release: Release, database: string): Promise<Map<string, number>> {
  const settings: Record<string, string> = {
    ...apiSettings(database, redis.url),
    RATE_LIMIT_MAX: String(requestsAllowed),
  };
  const api = await startApi(release, settings);
  const outcomes = new Map<string, number>();
  try {
    for (let run = 0; run < runs; run++) {
      await store.flushall(); // each run counts its requests anew
      const context = testContext({ variables: settings });
      const report = await smoke(api.url, marketFlows, context, { commit: release.commit });
      const first = findingsOf(report)[0];
      const outcome = `${report.verdict} ${first ? `${first.code} at line ${first.place?.line}` : ''}`.trim();
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
    }
  } finally {
    await api.stop();
  }
  return outcomes;
}
