import { randomInt } from 'node:crypto';
import { simulate, unwellServices, wellServices } from '../test/readiness/simulation.ts';

/**
 * Prints, as Markdown, how often probe is wrong about services that are well and such that are not, over random runs on a
 * simulated clock. The argument is the number of runs of each; 2,000 by default.
 */
const runs = Number(process.argv[2] ?? 0) || 2000;

process.stdout.write(
  `${runs.toLocaleString('en')} random runs of each:\n\n| a service | must be | wrong |\n| --- | --- | ---: |\n`,
);
for (const [verdict, services] of [
  ['passed', wellServices],
  ['failed', unwellServices],
] as const) {
  for (const [name, rules, service] of services) {
    let wrong = 0;
    for (let run = 0; run < runs; run++) {
      if ((await simulate(rules, service, randomInt(2 ** 31))) !== verdict) wrong++;
    }
    process.stdout.write(`| ${name} | ${verdict} | ${wrong} |\n`);
  }
}
