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
  test('is that of `after`, with what is independent at once', async () => {
    expect(await run(needs)).toEqual(['migrate', 'docs', 'api', 'web']);
    expect(sortNames(needs)).toEqual(['migrate', 'api', 'web', 'docs']);
  });

  test('is turned round to go back', async () => {
    expect(await run(reverseNeeds(needs))).toEqual(['web', 'docs', 'api', 'migrate']);
  });

  test('ends at the first that does not end well', async () => {
    expect(await run(needs, ['api'])).toEqual(['migrate', 'docs', 'api']);
  });

  test('is kept across a service that is left out', async () => {
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
  ])('cannot be a circle: %j', (circle, message) => {
    expect(() => collectNeeds(circle, ['a'], place)).toThrow(message);
  });
});
