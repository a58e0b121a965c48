import type { IncomingMessage } from 'node:http';
import cookie from '@fastify/cookie';
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import { unauthorized } from './errors.ts';
import type { Tokens } from './tokens.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The user whose token came with the request; empty where none is asked for. */
    userId: string;
  }
}

export const ACCESS_COOKIE = 'access_token';
export const REFRESH_COOKIE = 'refresh_token';

/** The access token of a request: its Bearer token, otherwise its cookie. */
export function accessTokenOf(request: FastifyRequest | IncomingMessage): string | undefined {
  const bearer = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1];
  return bearer ?? cookie.parse(request.headers.cookie ?? '')[ACCESS_COOKIE];
}

/** A hook for routes that only a user with a valid access token may call. */
export function requireUser(tokens: Tokens): onRequestHookHandler {
  return async request => {
    const token = accessTokenOf(request);
    if (token === undefined) throw unauthorized('an access token is required');
    request.userId = tokens.verify('access', token).sub;
  };
}
