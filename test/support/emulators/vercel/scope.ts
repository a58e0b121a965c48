import type { Answer, EmulatorRequest } from '../http.ts';
import { textOf } from '../values.ts';
import { vercelError } from './errors.ts';
import type { VercelProject } from './project.ts';

/** Whose projects these are, and who may ask for them. */
export interface Scope {
  projects: VercelProject[];
  token: string;
  /** Undefined for a personal account. */
  teamId: string | undefined;
}

/** @returns the refusal of a request without the token, or for another team than the one of the projects. */
export function authorize(request: EmulatorRequest, scope: Scope): Answer | undefined {
  const header = textOf(request.headers.authorization);
  if (header === undefined) {
    return vercelError(401, 'forbidden', 'The request is missing an authentication token', { missingToken: true });
  }
  if (header !== `Bearer ${scope.token}`) {
    return vercelError(403, 'forbidden', 'Not authorized', { invalidToken: true });
  }
  const slug = request.query.get('slug');
  const team =
    slug !== null && slug === scope.teamId?.replace('team_', '') ? scope.teamId : request.query.get('teamId');
  const ofAccount = /^\/(?:v2|teams)\//.test(request.path);
  if (ofAccount || team === (scope.teamId ?? null)) return undefined;
  // A project is invisible from outside its team: not found with no team, forbidden with a wrong one.
  if (team === null) return vercelError(404, 'not_found', 'Project not found.');
  return vercelError(403, 'forbidden', 'Not authorized: Trying to access resource under scope');
}
