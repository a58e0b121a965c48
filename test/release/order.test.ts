import { describe, expect, test } from '@jest/globals';
import { collectNeeds, reverseNeeds, runInOrder, sortNames } from '../../src/release/order.ts';

const place = () => ({ path: 'release-gates.yml', line: 3 });
const services = { web: { after: ['api'] }, api: { after: ['migrate'] }, migrate: { after: [] }, docs: { after: [] } };
const needs = collectNeeds(services, Object.keys(services), place);

/** Runs the names; those of `bad` do not end well. */
async function run(of: Map<string, string[]>, bad: string[] = []): Promise<string[]> {
  const begun: string[] = [];
  await runInOrder(of, async name => {
    begun.push(name);
    await Promise.resolve();
    return { succeeded: !bad.includes(name) };
  });
  return begun;
}

describe('the order of a release', () => {
  test('follows `after`, with independent services at the same time', async () => {
    expect(await run(needs)).toEqual(['migrate', 'docs', 'api', 'web']);
    expect(sortNames(needs)).toEqual(['migrate', 'api', 'web', 'docs']);
  });

  test('is reversed to go back', async () => {
    expect(await run(reverseNeeds(needs))).toEqual(['web', 'docs', 'api', 'migrate']);
  });

  test('ends at the first failure', async () => {
    expect(await run(needs, ['api'])).toEqual(['migrate', 'docs', 'api']);
  });

  test('holds across a service that is left out', async () => {
    const chosen = collectNeeds(services, ['web', 'migrate'], place);
    expect(chosen).toEqual(
      new Map([
        ['web', ['migrate']],
        ['migrate', []],
      ]),
    );
  });

  test.each([
    [{ a: { after: ['a'] } }, 'a after a'],
    [{ a: { after: ['b'] }, b: { after: ['c'] }, c: { after: ['b'] } }, 'b after c after b'],
  ])('must not be a circle: %j', (circle, message) => {
    expect(() => collectNeeds(circle, ['a'], place)).toThrow(message);
  });
});
