import { randomInt } from 'node:crypto';
import { simulate, unwellServices, wellServices } from '../test/readiness/simulation.ts';
import { countRounds } from './size.ts';

/**
 * Prints, as Markdown, how often probe is wrong about healthy and unhealthy services, over random runs on a simulated
 * clock. The argument is the number of runs of each service; 2,000 by default.
 */
const runs = countRounds(2000);

process.stdout.write(
  `${runs.toLocaleString('en')} random runs of each service:\n\n| a service | expected | wrong |\n| --- | --- | ---: |\n`,
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
