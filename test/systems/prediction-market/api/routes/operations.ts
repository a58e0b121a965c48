import type { FastifyInstance } from 'fastify';
import type { Parts } from '../parts.ts';

/** What the platform and the release ask: alive, ready, and which version. */
export function operationsRoutes(app: FastifyInstance, { checkHealth, checkReadiness, version }: Parts): void {
  app.get('/health', async () => {
    await checkHealth();
    return { status: 'ok' };
  });

  app.get('/ready', async (_request, reply) => {
    const readiness = await checkReadiness();
    return reply.code(readiness.ready ? 200 : 503).send(readiness);
  });

  app.get('/version', async () => version);
}
