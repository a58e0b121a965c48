import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Subject } from '../rule.ts';

export const unescapedPassword: FindingKind = {
  code: 'env/unescaped-password',
  severity: 'error',
  boundary: 'data',
  meaning:
    'The password in an address has an unescaped character that ends it, so clients read the wrong host or password.',
  cause: 'The password has one of `@ # / ? %` and was not percent-encoded.',
  help: 'Percent-encode the password in the address.',
};

/**
 * RFC 3986, section 2.2: what may not stand as it is in the password of an address; a colon may, as all clients know.
 */
const reserved = ['%', '@', '#', '/', '?', '[', ']', ' '];

/**
 * What in the password of an address is not escaped, as `scheme://user:password@host` has it. Never shows the password.
 */
export function checkEscaping({ name, value, where }: Pick<Subject, 'name' | 'value' | 'where'>): Finding[] {
  const offenders = findUnescaped(value);
  if (offenders.length === 0) return [];
  const list = offenders.map(character => `\`${character}\` as ${encodeURIComponent(character)}`).join(', ');
  return [
    found(unescapedPassword, {
      message: `${name} has a password in which ${offenders.length === 1 ? 'a character is' : 'characters are'} not percent-encoded.`,
      help: `Write ${list} in the password, and leave the \`@\` before the host as it is.`,
      ...where,
    }),
  ];
}

/** The characters in the password of an address that end it too early. */
export function findUnescaped(value: string): string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^:@/?#]*:(.*)@[^@]*$/is.exec(value)?.[1];
  if (password === undefined) return [];
  const plain = password.replace(/%[0-9a-f]{2}/gi, '');
  return reserved.filter(character => plain.includes(character));
}
