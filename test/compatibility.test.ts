import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import { recordOf } from './gates/deploy/world.ts';
import { commits, type FourWorld, startFourWorld } from './gates/rollback/four-world.ts';

const page = readFileSync(new URL('../docs/compatibility.md', import.meta.url), 'utf8');
let world: FourWorld;

afterEach(() => world.stop());

/** How many requests each vendor got so far. */
function countRequests(): Record<string, number> {
  const { fly, vercel, render, railway, github } = world;
  const counted = { 'Fly.io': fly, Vercel: vercel, Render: render, Railway: railway, GitHub: github };
  return Object.fromEntries(Object.entries(counted).map(([vendor, { requests }]) => [vendor, requests.length]));
}

/** The figures of the table: of a release, and of a rollback. */
function readFigures(vendor: string): [number, number] {
  const row = page.split('\n').find(line => line.startsWith(`| ${vendor} |`)) ?? '';
  const [release, rollback] = row.split('|').slice(3, 5).map(Number);
  return [release ?? Number.NaN, rollback ?? Number.NaN];
}

test('a release and a rollback cost no more requests than docs/compatibility.md says', async () => {
  world = await startFourWorld({ state: 300 }); // some minutes for each build, by the clock of the gate
  const before = countRequests();
  const released = await world.release(commits.good);
  const between = countRequests();
  const back = await world.goBack(recordOf(released));
  const after = countRequests();

  expect([released.verdict, back.verdict]).toEqual(['passed', 'passed']);
  for (const vendor of Object.keys(before)) {
    const spent = [(between[vendor] ?? 0) - (before[vendor] ?? 0), (after[vendor] ?? 0) - (between[vendor] ?? 0)];
    const stated = readFigures(vendor);
    const within = spent.map((count, index) => count > 0 && count <= (stated[index] ?? 0));
    expect({ vendor, spent, stated, within }).toEqual({ vendor, spent, stated, within: [true, true] });
  }
});
