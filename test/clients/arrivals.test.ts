import { describe, expect, test } from '@jest/globals';
import { type Arrival, Arrivals, mostKept } from '../../src/clients/arrivals.ts';

const message = (text: string): Arrival => ({ type: 'message', text, at: 1 });
const closed: Arrival = { type: 'closed', code: 1000, reason: '', at: 2 };

function taken(arrivals: Arrivals): Arrival[] {
  const all: Arrival[] = [];
  for (let next = arrivals.take(); next; next = arrivals.take()) all.push(next);
  return all;
}

describe('what arrives and is not asked for', () => {
  test('is kept in its order', () => {
    const arrivals = new Arrivals();
    for (const each of [message('a'), message('b'), closed]) arrivals.add(each);
    expect(taken(arrivals)).toEqual([message('a'), message('b'), closed]);
  });

  test('is kept up to a number; what was dropped is told before the rest, once', () => {
    const arrivals = new Arrivals();
    for (let number = 0; number < mostKept.messages + 5; number++) arrivals.add(message(`${number}`));
    const all = taken(arrivals);
    expect(all.slice(0, 2)).toEqual([{ type: 'dropped', count: 5, at: 1 }, message('5')]);
    expect(all).toHaveLength(mostKept.messages + 1);
    arrivals.add(closed);
    expect(taken(arrivals)).toEqual([closed]);
  });

  test('is kept up to a size, in bytes; one that is larger by itself is dropped', () => {
    const arrivals = new Arrivals();
    const half = 'é'.repeat(mostKept.bytes / 4);
    for (const each of [message(half), message(half), message('x'), closed]) arrivals.add(each);
    expect(taken(arrivals)).toEqual([{ type: 'dropped', count: 1, at: 1 }, message(half), message('x'), closed]);
    arrivals.add(message('a'.repeat(mostKept.bytes + 1)));
    expect(taken(arrivals)).toEqual([{ type: 'dropped', count: 1, at: 1 }]);
  });
});
