import { type FindingKind, found } from '../core/finding.ts';
import type { Expect } from './expectation.ts';

export const wrongCharset: FindingKind = {
  code: 'answer/wrong-charset',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The body is not in the character set that it has to be in, so users would see broken characters.',
  cause: 'A file or database column in Latin-1 that is sent as it is, or a proxy that converts texts.',
  help: 'Send UTF-8; JSON is nothing else (RFC 8259, section 8.1).',
};

/** Looked at only where the body is read for something, and only where it has to be UTF-8. */
export const charset: Expect = (expected, answer, about) => {
  const isRead = [expected.json, expected.values, expected.text].some(wanted => wanted !== undefined);
  const type = answer.headers['content-type']?.toLowerCase() ?? '';
  if (answer.utf8 || !isRead || !(type.includes('json') || /charset="?utf-?8/.test(type))) return [];
  return [
    found(wrongCharset, { message: `${about.target} answered ${type} with bytes that are not UTF-8.`, ...about.where }),
  ];
};
