import type { VariableOf } from '../../../config/schema/variables.ts';
import type { Rule } from '../rules/rule.ts';
import { invalid } from './invalid.ts';
import { parseUrl } from './parse-url.ts';
import { projectOf } from './supabase-project.ts';

/** A project may have a domain of its own, so any https address will do; but no path, which every client adds. */
export const supabaseUrl: Rule<VariableOf<'supabase-url'>> = subject => {
  const url = parseUrl(subject.value);
  const local = url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
  if (!url?.host || !(url.protocol === 'https:' || local)) {
    return [invalid(subject, 'is not the address of a project', 'Set it to https://<ref>.supabase.co.')];
  }
  if (/^db\./.test(url.hostname) || url.pathname !== '/') {
    const help = 'Set it to https://<ref>.supabase.co, without `db.` and without a path.';
    return [invalid(subject, 'is not the address of the project itself', help)];
  }
  const { ref } = subject.declared;
  if (ref === undefined || projectOf(subject.value) === ref) return [];
  return [invalid(subject, `is not of the project ${ref}`, `Set it to https://${ref}.supabase.co.`)];
};
