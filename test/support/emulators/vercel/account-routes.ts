import { type Route, route } from '../http.ts';
import { refuse } from './errors.ts';
import { USER } from './present.ts';
import type { Scope } from './scope.ts';

/** What the CLI asks about the account before it does anything: vercel/vercel packages/cli/src/util/get-scope.ts. */
export function accountRoutes(scope: Scope): Route[] {
  const team = { id: scope.teamId, slug: 'acme', name: 'Acme', createdAt: 0, creatorId: USER.id };
  const teams = scope.teamId === undefined ? [] : [team];
  // An account of today has no projects of its own: its default team is its scope.
  const northstar = scope.teamId === undefined ? {} : { version: 'northstar', defaultTeamId: scope.teamId };
  return [
    route('GET /v2/user', () => ({ status: 200, body: { user: { ...USER, name: 'Deployer', ...northstar } } })),
    route('GET /v2/teams', () => ({
      status: 200,
      body: { teams, pagination: { count: teams.length, next: null, prev: null } },
    })),
    route('GET /teams/:team', ({ params }) => {
      const found = teams.find(({ id, slug }) => id === params.team || slug === params.team);
      if (found === undefined) throw refuse(403, 'forbidden', 'Not authorized');
      return { status: 200, body: found };
    }),
  ];
}
