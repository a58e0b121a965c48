import type { Answer, EmulatorRequest } from '../http.ts';
import { textOf } from '../values.ts';
import type { FlyApp } from './app.ts';
import { flapsError } from './errors.ts';

/** What a token allows. Without `apps`, every app. */
export interface TokenScope {
  apps?: string[];
  readOnly?: boolean;
}

export type Tokens = Record<string, TokenScope>;

/**
 * Tokens are sent as `FlyV1 <token>` (macaroons) or `Bearer <token>`, several joined by commas; other tokens than macaroons
 * go to GraphQL only where there are macaroons: superfly/fly-go tokens/tokens.go. Unverified: that the other APIs refuse a
 * mixed list.
 */
export function scopeOf(request: EmulatorRequest, tokens: Tokens): TokenScope | undefined {
  const header = textOf(request.headers.authorization) ?? '';
  const text = request.path.startsWith('/v2/') ? basicPassword(header) : /^(?:FlyV1|Bearer) (.+)$/.exec(header)?.[1];
  const list = text?.split(',') ?? [];
  const macaroons = list.filter(token => /^fm(?:1r|1a|2)_/.test(token));
  const isMixed = macaroons.length > 0 && macaroons.length < list.length;
  if (isMixed && request.path !== '/graphql') return undefined;
  const known = list.find(token => tokens[token] !== undefined);
  return known === undefined ? undefined : tokens[known];
}

/** The registry takes the token as a password: superfly/flyctl internal/build/imgsrc/docker.go. */
function basicPassword(header: string): string | undefined {
  const encoded = /^Basic (.+)$/.exec(header)?.[1] ?? '';
  return /^x:(.+)$/.exec(Buffer.from(encoded, 'base64').toString())?.[1];
}

export function authorize(request: EmulatorRequest, tokens: Tokens): Answer | undefined {
  const scope = scopeOf(request, tokens);
  const graphql = request.path === '/graphql';
  if (scope === undefined) {
    const message = 'You must be authenticated to view this.';
    if (graphql)
      return { status: 200, body: { data: null, errors: [{ message, extensions: { code: 'UNAUTHORIZED' } }] } };
    return flapsError(401, request.path.startsWith('/v1/') ? 'unauthenticated' : message);
  }
  if (graphql) return undefined;
  const app = /\/apps\/([^/]+)/.exec(request.path)?.[1] ?? textOf(request.body.app_name);
  const foreign = app !== undefined && scope.apps !== undefined && !scope.apps.includes(app);
  const forbidden = scope.readOnly === true && request.method !== 'GET';
  return foreign || forbidden ? flapsError(403, 'unauthorized') : undefined;
}

export function appsWithin(apps: ReadonlyMap<string, FlyApp>, scope: TokenScope | undefined): Map<string, FlyApp> {
  return new Map([...apps].filter(([name]) => scope?.apps === undefined || scope.apps.includes(name)));
}
