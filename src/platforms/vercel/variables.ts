import type { Api } from '../../clients/api/api.ts';
import { Refused } from '../../clients/api/errors.ts';
import type { PlatformVariable } from '../platform.ts';
import {
  sharedVariablesSchema,
  type VariableEntry,
  type VercelProject,
  variableSchema,
  variablesSchema,
} from './answers.ts';

export interface VariablesOf {
  api: Api;
  /** Adds the team to a route. */
  path(route: string, query?: Record<string, string>): string;
  /** By id or name, as part of a path. */
  projectId: string;
  /** For messages. */
  theProject: string;
}

/** The variables of production: the project's own, and those of the team that are linked to it, of which its own win. */
export async function listVariables(
  of: VariablesOf,
  project: VercelProject,
  signal: AbortSignal,
): Promise<PlatformVariable[]> {
  const [{ entries }, shared] = await Promise.all([listEntries(of, signal), listShared(of, project, signal)]);
  const own = entries.map(entry => toVariable(entry, of, true));
  const all = [...shared.map(entry => toVariable(entry, of, false)), ...own];
  return [...new Map(all.map(variable => [variable.name, variable])).values()];
}

/** The project's own variables of production, and how many others the token may not even see. */
export async function listEntries(
  { api, path, projectId, theProject }: VariablesOf,
  signal: AbortSignal,
): Promise<{ entries: VariableEntry[]; hidden: number }> {
  const entries: VariableEntry[] = [];
  for (let until: Record<string, string> = {}; ; ) {
    const answer = await api(variablesSchema, {
      method: 'GET',
      path: path(`/v10/projects/${projectId}/env`, { target: 'production', ...until }),
      what: `the variables of ${theProject}`,
      signal,
    });
    entries.push(...answer.envs.filter(isOfProduction));
    const { pagination, hiddenProductionEnvCount: hidden } = answer;
    if (!pagination?.next) return { entries, hidden };
    until = { until: String(pagination.next) };
  }
}

async function listShared(
  { api, path, theProject }: VariablesOf,
  { id: projectId }: VercelProject,
  signal: AbortSignal,
) {
  const what = `the shared variables of ${theProject}`;
  const entries: VariableEntry[] = [];
  try {
    for (let until: Record<string, string> = {}; ; ) {
      const route = path('/v1/env', { projectId, ...until });
      const { data, pagination } = await api(sharedVariablesSchema, { method: 'GET', path: route, what, signal });
      entries.push(...data.filter(isOfProduction));
      if (!pagination?.next) return entries;
      until = { until: String(pagination.next) };
    }
  } catch (error) {
    if (error instanceof Refused && error.status === 404) return entries; // a personal account has none
    throw error;
  }
}

function isOfProduction({ target }: VariableEntry): boolean {
  return !target || (typeof target === 'string' ? target === 'production' : target.includes('production'));
}

/** The value where the list has it. What is not decrypted is a ciphertext, not a value. */
function toVariable({ id, key, value, type, visibility, decrypted }: VariableEntry, of: VariablesOf, isOwn: boolean) {
  const variable: PlatformVariable = { name: key };
  if (type === 'sensitive' || visibility === 'secret') return variable;
  if (typeof value === 'string' && (decrypted === true || (type === 'plain' && decrypted !== false))) {
    return { ...variable, value };
  }
  if (!isOwn || type !== 'encrypted' || id === undefined) return variable;
  return { ...variable, read: (signal: AbortSignal) => readDecrypted({ id, key }, of, signal) };
}

/** docs: Vercel REST API, retrieve the decrypted value of an environment variable. */
async function readDecrypted(
  { id, key }: { id: string; key: string },
  { api, path, projectId, theProject }: VariablesOf,
  signal: AbortSignal,
): Promise<string | undefined> {
  try {
    const { value, decrypted } = await api(variableSchema, {
      method: 'GET',
      path: path(`/v1/projects/${projectId}/env/${encodeURIComponent(id)}`),
      what: `the variable ${key} of ${theProject}`,
      signal,
    });
    return decrypted === false ? undefined : (value ?? undefined);
  } catch (error) {
    if (error instanceof Refused) return undefined; // the token may list the variable but not read it
    throw error;
  }
}
