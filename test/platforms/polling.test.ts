import { expect, test } from '@jest/globals';
import { Unavailable } from '../../src/clients/api/errors.ts';
import { pollUntil } from '../../src/platforms/polling.ts';
import { fastClock, never } from './support.ts';

const minute = 60_000;

function ask(outage: (now: number) => Unavailable, answersAfter: number, deadline = 30 * minute) {
  const clock = fastClock(100_000);
  const began = clock.now();
  let asked = 0;
  const polling = { clock, signal: never, deadline, pause: () => 5000 };
  const answer = async () => {
    asked += 1;
    if (clock.now() - began < answersAfter) throw outage(clock.now());
    return 'ready';
  };
  return pollUntil(polling, answer, text => text === 'ready').then(
    text => ({ text, asked }),
    (error: unknown) => ({ error, asked }),
  );
}

test('a used-up rate limit is waited for in silence, as long as the vendor says', async () => {
  const until = Date.now() + 15 * minute;
  expect(await ask(() => new Unavailable([], until), 15 * minute - 1000)).toEqual({ text: 'ready', asked: 2 });
});

test('one that lasts longer than the wait ends it at once', async () => {
  const { error, asked } = {
    error: undefined,
    ...(await ask(now => new Unavailable([], now + 31 * minute), 31 * minute)),
  };
  expect([error instanceof Unavailable, asked]).toEqual([true, 1]);
});

test('an outage without a time is asked again and again', async () => {
  const { asked, ...rest } = await ask(() => new Unavailable([]), minute);
  expect(rest).toEqual({ text: 'ready' });
  expect(asked).toBeGreaterThan(10);
});
