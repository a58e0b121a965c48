import type { FastifyInstance } from 'fastify';

/** An error for the caller; everything else is reported as an internal one. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
  }
}

export const unauthorized = (message: string) => new ApiError(401, 'UNAUTHORIZED', message);
export const notFound = (message: string) => new ApiError(404, 'NOT_FOUND', message);

export function errorEnvelope(code: string, message: string) {
  return { error: { code, message } };
}

export function answerErrorsInAnEnvelope(app: FastifyInstance): void {
  app.setNotFoundHandler((request, reply) =>
    reply.code(404).send(errorEnvelope('NOT_FOUND', `there is no ${request.method} ${request.url.split('?')[0]}`)),
  );
  app.setErrorHandler((error: Error & { statusCode?: number; validation?: unknown }, request, reply) => {
    if (error instanceof ApiError) {
      return reply.code(error.status).send(errorEnvelope(error.code, error.message));
    }
    if (error.validation !== undefined) {
      return reply.code(400).send(errorEnvelope('VALIDATION_FAILED', error.message));
    }
    const status = error.statusCode ?? 500;
    if (status < 500) return reply.code(status).send(errorEnvelope('BAD_REQUEST', error.message));
    request.log.error(error);
    return reply.code(500).send(errorEnvelope('INTERNAL_ERROR', 'something went wrong'));
  });
}
