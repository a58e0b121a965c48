import type { FastifyInstance, FastifyReply } from 'fastify';
import type { Registration, User } from '../accounts.ts';
import { ACCESS_COOKIE, REFRESH_COOKIE, requireUser } from '../authentication.ts';
import { unauthorized } from '../errors.ts';
import type { Parts } from '../parts.ts';
import { LIFETIME } from '../tokens.ts';

const email = { type: 'string', maxLength: 254, pattern: '^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$' };
const password = { type: 'string', minLength: 10, maxLength: 200 };
// No angle brackets: a name is shown to other users.
const displayName = { type: 'string', minLength: 1, maxLength: 60, pattern: '^[^<>]+$' };

const registration = body({ email, password, displayName });
const credentials = body({ email, password: { type: 'string', maxLength: 200 } });

export function authRoutes(app: FastifyInstance, { accounts, cookies, tokens }: Parts): void {
  /** Signs a user in: tokens in cookies for browsers, and in the body for everyone else. */
  const signIn = (reply: FastifyReply, user: User) => {
    const accessToken = tokens.issue('access', user.id);
    const refreshToken = tokens.issue('refresh', user.id);
    reply.setCookie(ACCESS_COOKIE, accessToken, { ...cookies, maxAge: LIFETIME.access });
    reply.setCookie(REFRESH_COOKIE, refreshToken, { ...cookies, path: '/api/auth', maxAge: LIFETIME.refresh });
    return { user, accessToken, refreshToken };
  };

  app.post<{ Body: Registration }>('/api/auth/register', { schema: registration }, async (request, reply) => {
    const user = await accounts.register(request.body);
    return reply.code(201).send(signIn(reply, user));
  });

  app.post<{ Body: { email: string; password: string } }>(
    '/api/auth/login',
    { schema: credentials },
    async (request, reply) => signIn(reply, await accounts.logIn(request.body.email, request.body.password)),
  );

  app.post<{ Body: { refreshToken?: string } | null }>('/api/auth/refresh', async (request, reply) => {
    const token = request.body?.refreshToken ?? request.cookies[REFRESH_COOKIE];
    if (token === undefined) throw unauthorized('a refresh token is required');
    return signIn(reply, await accounts.find(tokens.verify('refresh', token).sub));
  });

  app.get('/api/auth/me', { onRequest: requireUser(tokens) }, async request => ({
    user: await accounts.find(request.userId),
  }));
}

function body(properties: Record<string, object>) {
  return { body: { type: 'object', required: Object.keys(properties), properties } };
}
