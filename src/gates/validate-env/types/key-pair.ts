import { createPublicKey, type KeyObject } from 'node:crypto';
import type { VariableOf } from '../../../config/schema/variables.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import type { Subject } from '../rule.ts';
import { findPem } from './pem-text.ts';

export const notAPair: FindingKind = {
  code: 'env/not-a-key-pair',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A private and a public key do not match, so tokens signed with one fail verification with the other.',
  cause: 'Only one half was rotated, or the halves come from different environments.',
  help: 'Set both halves of the same key pair.',
};

/** Whether the variable named by `pair-of` holds the other half of the same pair. */
export function checkPair({ name, declared, value, variables, where }: Subject<VariableOf<'pem'>>): Finding[] {
  const other = declared['pair-of'];
  const theirs = other === undefined ? undefined : variables[other];
  if (other === undefined || !theirs) return [];
  const [mine, half] = [readPublicHalf(value), readPublicHalf(theirs)];
  if (mine === undefined || half === undefined || mine.equals(half)) return [];
  return [found(notAPair, { message: `${name} and ${other} are not halves of one key pair.`, ...where })];
}

/** The public half of the key in a value, whichever half that is; undefined if there is none. */
function readPublicHalf(value: string): KeyObject | undefined {
  const text = findPem(value);
  try {
    return text === undefined ? undefined : createPublicKey(text);
  } catch {
    return undefined; // no key; the rule of the type says so
  }
}
