import { expect, test } from '@jest/globals';
import { type SseEvent, SseParser } from '../../src/clients/sse-parser.ts';

/** HTML standard, section 9.2.6: a line ends with CRLF, LF or CR. */
test.each([
  ['LF', ['data: a\n\ndata: b\n\n']],
  ['CRLF', ['data: a\r\n\r\ndata: b\r\n\r\n']],
  ['CR', ['data: a\r\rdata: b\r\r']],
  ['CRLF cut in the middle', ['data: a\r', '\n\r', '\ndata: b\r\n', '\r\n']],
  ['CR, an event at a time', ['data: a\r\r', 'data: b\r', '\r']],
])('events in lines that end with %s arrive at once', (_end, chunks) => {
  const events: SseEvent[] = [];
  const parser = new SseParser(event => events.push(event));
  for (const chunk of chunks) parser.push(Buffer.from(chunk));
  expect(events.map(({ data }) => data)).toEqual(['a', 'b']);
});
