import { type FindingKind, found } from '../../../core/finding.ts';
import { publicHalfOf } from '../types/pem.ts';
import type { Rule } from './rule.ts';

export const notAPair: FindingKind = {
  code: 'env/not-a-key-pair',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A private and a public key do not belong together, so every token that one signs is refused by the other.',
  cause: 'One half was rotated and the other was not, or they are of two environments.',
  help: 'Set both halves of the same key pair.',
};

export const keyPair: Rule = ({ name, declared, value, variables, where }) => {
  const other = declared.type === 'pem' ? declared['pair-of'] : undefined;
  const theirs = other === undefined ? undefined : variables[other];
  if (other === undefined || !theirs) return [];
  const [mine, half] = [publicHalfOf(value), publicHalfOf(theirs)];
  if (mine === undefined || half === undefined || mine.equals(half)) return [];
  return [found(notAPair, { message: `${name} and ${other} are not halves of one key pair.`, ...where })];
};
