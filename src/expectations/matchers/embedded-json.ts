import { parseJson } from '../../core/parse-json.ts';
import type { HasAll } from './lists.ts';
import type { Matcher } from './matcher.ts';

/** A text that ends with JSON, as messages of Socket.IO (`42["chat",{…}]`) and STOMP (headers before the body) do. */
export const embeddedJson = (hasAll: HasAll): Matcher<unknown> => ({
  expected: (wanted, show) => `a text with the JSON ${show(wanted)}`,
  holds: (actual, wanted) => {
    const parsed = typeof actual === 'string' ? parseEmbedded(actual) : undefined;
    return parsed !== undefined && hasAll(parsed.value, wanted);
  },
});

/** The JSON from the first bracket to the end of a text, without a NUL at its end; undefined if there is none. */
export function parseEmbedded(text: string): { value: unknown } | undefined {
  const from = text.search(/[[{]/);
  return from < 0 ? undefined : parseJson(text.slice(from).replace(/\0\s*$/, ''));
}
