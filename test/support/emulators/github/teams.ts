import { type Route, route } from '../http.ts';
import type { Access } from './access.ts';
import { notFound } from './errors.ts';
import { listAnswer } from './pages.ts';
import { userView } from './views.ts';

/**
 * The teams of organizations: docs: GitHub REST, team members. A team that the token may not see is not found;
 * GITHUB_TOKEN has no permission for it at all.
 */
export class Teams {
  /** The logins of each team, by `owner/slug`. */
  readonly members = new Map<string, string[]>();

  routes(access: Access): Route[] {
    return [
      route(
        'GET /orgs/:org/teams/:slug/members',
        access.read('members', request => {
          const members = this.members.get(`${request.params.org}/${request.params.slug}`);
          if (members === undefined) throw notFound();
          return listAnswer(members, request, login => userView(login));
        }),
      ),
    ];
  }
}
