import { type Route, route } from '../http.ts';

/** What people may do in the repository: docs: GitHub REST, collaborators. */
export class Collaborators {
  /** By login. Default `write`. */
  readonly permissions = new Map<string, 'admin' | 'write' | 'read' | 'none'>();

  routes(): Route[] {
    return [
      // It is of the repository's metadata, which GitHub lets every token read.
      route('GET /repos/:owner/:repo/collaborators/:user/permission', ({ params }) => {
        const permission = this.permissions.get(params.user ?? '') ?? 'write';
        return { status: 200, body: { permission, role_name: permission, user: null } };
      }),
    ];
  }
}
