import type { Answer, EmulatorRequest, Route } from '../http.ts';
import { textOf } from '../values.ts';
import { githubError, refuse } from './errors.ts';

/** The keys of `permissions:` in a workflow that matter here, and `members`, which only apps and people can have. */
export type Permission =
  | 'actions'
  | 'checks'
  | 'contents'
  | 'deployments'
  | 'issues'
  | 'members'
  | 'pull-requests'
  | 'secret-scanning-alerts'
  | 'security-events'
  | 'statuses'
  | 'vulnerability-alerts';
export type Permissions = Partial<Record<Permission, 'read' | 'write'>>;

type Handler = Route['handle'];

/** What the token may do. Without permissions it may do everything; with them, nothing else. */
export class Access {
  readonly #token: string;
  #permissions: Permissions | undefined;

  constructor(token: string, permissions: Permissions | undefined) {
    this.#token = token;
    this.#permissions = permissions;
  }

  /** Changes what the token may do, as GitHub does for each job. */
  grant(permissions: Permissions | undefined): void {
    this.#permissions = permissions;
  }

  /** @returns the refusal of a request without a valid token. */
  authorize(request: EmulatorRequest): Answer | undefined {
    const header = textOf(request.headers.authorization);
    if (header === undefined) return githubError(401, 'Requires authentication');
    const token = /^(?:bearer|token) (.+)$/i.exec(header)?.[1];
    return token === this.#token ? undefined : githubError(401, 'Bad credentials');
  }

  /** Lets a request pass that has one of the permissions, to read or to write. */
  read(permissions: Permission | Permission[], handle: Handler): Handler {
    return this.#guard([permissions].flat(), ['read', 'write'], handle);
  }

  /** Lets a request pass that has one of the permissions to write. */
  write(permissions: Permission | Permission[], handle: Handler): Handler {
    return this.#guard([permissions].flat(), ['write'], handle);
  }

  #guard(permissions: Permission[], levels: string[], handle: Handler): Handler {
    return request => {
      const granted = this.#permissions;
      const allowed =
        granted === undefined || permissions.some(permission => levels.includes(granted[permission] ?? 'none'));
      if (!allowed) throw refuse(403, 'Resource not accessible by integration');
      return handle(request);
    };
  }
}
