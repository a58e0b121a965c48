import { describe, expect, test } from '@jest/globals';
import { allStarted, onCleanUp, stopAll } from './clean-up.ts';

const started: string[] = [];
const one = (name: string, stop = () => {}) => {
  started.push(name);
  return {
    stop: () => {
      stop();
      started.splice(started.indexOf(name), 1);
    },
  };
};
const fails = (reason: string) => () => {
  throw new Error(reason);
};

test('stopAll stops the others when one fails to stop', async () => {
  const stopped = stopAll(one('a', fails('it hangs')), undefined, one('b'));
  await expect(stopped).rejects.toThrow('it hangs');
  expect(started.splice(0)).toEqual(['a']);
  await expect(stopAll(one('a', fails('x')), one('b', fails('y')))).rejects.toBeInstanceOf(AggregateError);
  expect(started.splice(0)).toEqual(['a', 'b']);
});

test('allStarted leaves none running when one fails to start', async () => {
  const late = Promise.withResolvers<ReturnType<typeof one>>();
  const starting = allStarted(Promise.resolve(one('a')), Promise.reject(new Error('no port')), late.promise);
  late.resolve(one('c'));
  await expect(starting).rejects.toThrow('no port');
  expect(started).toEqual([]);
  expect(await allStarted(Promise.resolve(one('d')))).toHaveLength(1);
  expect(started.splice(0)).toEqual(['d']);
});

describe('Jest', () => {
  const undone: string[] = [];

  test('keeps what a test registers until the test ends', () => {
    onCleanUp(() => undone.push('first'));
    onCleanUp(() => undone.push('second'));
    expect(undone).toEqual([]);
  });

  test('then undoes it, the last first', () => {
    expect(undone).toEqual(['second', 'first']);
  });
});
