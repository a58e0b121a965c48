import { type FindingKind, found } from '../core/finding.ts';
import type { Expect } from './expectation.ts';

export const wrongCharset: FindingKind = {
  code: 'answer/wrong-charset',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The body has another character set than it must have, so users see broken characters.',
  cause: 'The service sends a file or database column in Latin-1 unchanged, or a proxy converts texts.',
  help: 'Send UTF-8, which JSON requires (RFC 8259, section 8.1).',
};

/** Applies only if another expectation reads the body, and only if the body must be UTF-8. */
export const charset: Expect = (expected, answer, about) => {
  const isRead = [expected.json, expected.values, expected.text].some(wanted => wanted !== undefined);
  const type = answer.headers['content-type']?.toLowerCase() ?? '';
  if (answer.utf8 || !isRead || !(type.includes('json') || /charset="?utf-?8/.test(type))) return [];
  return [
    found(wrongCharset, { message: `${about.target} answered ${type} with bytes that are not UTF-8.`, ...about.where }),
  ];
};
