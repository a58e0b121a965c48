import { profiles } from '../../../platforms/create-platform.ts';
import type { Rule } from '../rule.ts';
import { reportInvalid } from '../types/invalid.ts';
import { parseHost } from '../types/urls.ts';
import { findOtherSide } from './other-side.ts';

/** Suffixes below which anyone can own a name, so sharing one proves nothing (publicsuffix.org, what releases meet). */
const hosts = [
  ...profiles.flatMap(({ sharedDomains }) => sharedDomains),
  ...'supabase.co netlify.app pages.dev workers.dev herokuapp.com github.io web.app'.split(' '),
  ...'azurewebsites.net cloudfront.net'.split(' '),
];
const shared = new RegExp(
  `(?:^|\\.)(?:(?:co|com|org|net|ac|gov|edu)\\.[a-z]{2}|${hosts.join('|').replaceAll('.', '\\.')})$`,
);

export const sameDomain: Rule = subject => {
  const wanted = subject.declared['same-domain-as'];
  if (wanted === undefined) return [];
  const other = findOtherSide(wanted, subject.variables);
  if (other === undefined) return [];
  const [host, theirs] = [parseHost(subject.value), parseHost(other.value)];
  if (host !== undefined && theirs !== undefined && findDomain(host) === findDomain(theirs)) return [];
  const help = `Use addresses in one domain${other.shown && theirs ? `: ${findDomain(theirs)}` : ''}.`;
  return [reportInvalid(subject, `is not in the domain of ${other.name}`, help)];
};

/** The part of a host that has one owner: `example.co.uk` of `api.example.co.uk`, `my-app.fly.dev` of itself. */
function findDomain(host: string): string {
  const suffix = shared.exec(host)?.[0].replace(/^\./, '') ?? host.split('.').at(-1) ?? '';
  const labels = suffix.split('.').length + 1;
  return host.split('.').slice(-labels).join('.');
}
