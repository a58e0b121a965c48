import type { VariableOf } from '../../../config/schema/variables.ts';
import { canConnect, standardWait } from '../live/live.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';
import { findProject } from './supabase-project.ts';
import { parseUrl } from './urls.ts';

/** A project may have a domain of its own, so any https address will do; but no path, which every client adds. */
export const supabaseUrl: EnvironmentType<VariableOf<'supabase-url'>> = {
  boundary: 'data',
  rule: subject => {
    const url = parseUrl(subject.value);
    const local = url?.protocol === 'http:' && /^(localhost|127\.0\.0\.1)$/.test(url.hostname);
    if (!url?.host || !(url.protocol === 'https:' || local)) {
      return [reportInvalid(subject, 'is not the address of a project', 'Set it to https://<ref>.supabase.co.')];
    }
    if (/^db\./.test(url.hostname) || url.pathname !== '/') {
      const help = 'Set it to https://<ref>.supabase.co, without `db.` and without a path.';
      return [reportInvalid(subject, 'is not the address of the project itself', help)];
    }
    const { ref } = subject.declared;
    if (ref === undefined || findProject(subject.value) === ref) return [];
    return [reportInvalid(subject, `is not of the project ${ref}`, `Set it to https://${ref}.supabase.co.`)];
  },
  attempt: live => {
    if (!live.declared.live || !canConnect(live.value, /^https?:$/)) return undefined;
    const run = async (signal: AbortSignal) => (await import('../live/supabase.ts')).trySupabase(live, signal);
    return { within: standardWait, run };
  },
  guess: { names: [[/SUPABASE_URL$/, '{ type: supabase-url }']] },
};
