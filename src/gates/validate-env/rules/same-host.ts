import type { Rule } from '../rule.ts';
import { reportInvalid } from '../types/invalid.ts';
import { parseHost } from '../types/urls.ts';
import { findOtherSide } from './other-side.ts';

export const sameHost: Rule = subject => {
  const wanted = subject.declared['same-host-as'];
  if (wanted === undefined) return [];
  const other = findOtherSide(wanted, subject.variables);
  if (other === undefined) return [];
  const [host, theirs] = [parseHost(subject.value), parseHost(other.value)];
  if (host !== undefined && host === theirs) return [];
  const help = `Use the same host in both${other.shown ? `: ${theirs}` : ''}.`;
  return [reportInvalid(subject, `does not name the same host as ${other.name}`, help)];
};
