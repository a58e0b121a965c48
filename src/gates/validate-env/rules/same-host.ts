import type { Rule } from '../rule.ts';
import { invalid } from '../types/invalid.ts';
import { hostOf } from '../types/parse-url.ts';
import { otherSide } from './other-side.ts';

export const sameHost: Rule = subject => {
  const wanted = subject.declared['same-host-as'];
  if (wanted === undefined) return [];
  const other = otherSide(wanted, subject.variables);
  if (other === undefined) return [];
  const [host, theirs] = [hostOf(subject.value), hostOf(other.value)];
  if (host !== undefined && host === theirs) return [];
  const help = `Let both name one host${other.shown ? `: ${theirs}` : ''}.`;
  return [invalid(subject, `does not name the same host as ${other.name}`, help)];
};
