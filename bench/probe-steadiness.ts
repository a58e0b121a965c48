import { randomInt } from 'node:crypto';
import { computePercentile } from '../src/readiness/percentile.ts';
import { type Shape, shapes, simulate } from '../test/readiness/simulation.ts';
import { countRounds } from './size.ts';

/**
 * Prints, as Markdown, the operating curve of probe: how often it is wrong about healthy and unhealthy services, and when its verdict comes, over random runs on a simulated clock. The argument is the number of runs of each;
 * 1,000 by default. Exits with 1 if a share is higher than stated.
 */
const runs = countRounds(1000);

async function measure({ rules = {}, service, verdict }: Shape): Promise<{ wrong: number; p95: number }> {
  const took: number[] = [];
  let wrong = 0;
  for (let run = 0; run < runs; run++) {
    const result = await simulate(rules, service, randomInt(2 ** 31));
    if (result.verdict !== verdict) wrong++;
    took.push(result.took);
  }
  return { wrong: wrong / runs, p95: computePercentile(took, 95) };
}

/** A share that is higher than stated by more than chance explains: two standard deviations and one run. */
function exceeds(share: number, stated: number): boolean {
  return share > stated + 2 * Math.sqrt((stated * (1 - stated)) / runs) + 1 / runs;
}

const percent = (share: number) => `${(share * 100).toFixed(1)} %`;

process.stdout.write(
  `${runs.toLocaleString('en')} random runs of each:\n\n| A service that | must be | wrong | stated | p95 of the verdict |\n| --- | --- | ---: | ---: | ---: |\n`,
);
for (const shape of shapes) {
  const { wrong, p95 } = await measure(shape);
  if (exceeds(wrong, shape.wrong)) process.exitCode = 1;
  process.stdout.write(
    `| ${shape.name} | ${shape.verdict} | ${percent(wrong)} | ${percent(shape.wrong)} | ${Math.round(p95 / 1000)} s |\n`,
  );
}
