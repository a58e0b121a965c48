import type { WorkflowResult } from '../test/support/workflow/index.ts';
import { brokenReleases, type Release, v1, v2 } from '../test/systems/prediction-market/releases.ts';
import { startWorld } from '../test/systems/prediction-market/world.ts';

/** Three releases of the prediction market, as a person would watch them on GitHub. */
const acts: { title: string; release: Release; expected: WorkflowResult['conclusion']; liveAfterwards: Release }[] = [
  { title: 'a good release', release: v1, expected: 'success', liveAfterwards: v1 },
  { title: 'a good release that brings a migration', release: v2, expected: 'success', liveAfterwards: v2 },
  {
    title: 'a release that takes an order twice: ready, of the right commit, and wrong',
    release: brokenReleases['orders-not-idempotent'],
    expected: 'failure',
    liveAfterwards: v2,
  },
];

// Steps have process groups of their own, so Ctrl-C has to be passed on.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

const say = (line: string) => process.stdout.write(`${line}\n`);
const started = performance.now();
say('Starting PostgreSQL, Redis, and emulators of Fly.io, Vercel and GitHub …');
const world = await startWorld({
  delays: {
    fly: { replace: 200, start: 300, check: 300 },
    vercel: { queue: 200, build: 800, assign: 300, alias: 300 },
  },
});
const ended: string[] = [];
try {
  for (const [index, { title, release, expected, liveAfterwards }] of acts.entries()) {
    if (stop.signal.aborted) break;
    say(`\n━━ Release ${index + 1} of ${acts.length}: ${title} (commit ${release.commit.slice(0, 7)}) ━━\n`);
    const { conclusion, jobs } = await world.run(release, { print: say, signal: stop.signal });
    const live = await world.live();
    const asExpected =
      conclusion === expected && live.api === liveAfterwards.commit && live.web === liveAfterwards.commit;
    if (!asExpected) process.exitCode = 1;
    const rollback = Object.values(jobs)
      .flatMap(job => job.steps)
      .find(step => step.outputs.result);
    ended.push(
      `${index + 1}. ${title}: ${conclusion}${rollback ? `, rollback ${rollback.outputs.result}` : ''}; ` +
        `live now: api ${live.api.slice(0, 7)}, web ${live.web.slice(0, 7)}${asExpected ? '' : ' — NOT what was expected'}`,
    );
  }
} finally {
  await world.stop();
}
say(`\n━━ What happened, in ${Math.round((performance.now() - started) / 1000)} s ━━\n`);
for (const line of ended) say(line);
