import cookie from '@fastify/cookie';
import type { FastifyInstance } from 'fastify';
import { sendSecurityHeaders, shareWithOrigins } from './browser-security.ts';
import { answerErrorsInAnEnvelope } from './errors.ts';
import { measure } from './metrics.ts';
import type { Parts } from './parts.ts';
import { limitRequests } from './rate-limit.ts';
import { accountRoutes } from './routes/account.ts';
import { authRoutes } from './routes/auth.ts';
import { marketRoutes } from './routes/markets.ts';
import { operationsRoutes } from './routes/operations.ts';
import { orderRoutes } from './routes/orders.ts';
import { serveWebSockets } from './websocket.ts';

/** Puts the application together. The order of the hooks matters: a refused request still carries its headers. */
export async function assemble(app: FastifyInstance, parts: Parts): Promise<void> {
  await app.register(cookie);
  app.decorateRequest('userId', '');
  answerErrorsInAnEnvelope(app);
  const metrics = measure(app, parts.database);
  sendSecurityHeaders(app);
  shareWithOrigins(app, parts.allowsOrigin);
  limitRequests(app, parts.limiter);

  operationsRoutes(app, parts);
  authRoutes(app, parts);
  marketRoutes(app, parts);
  orderRoutes(app, parts, metrics);
  accountRoutes(app, parts);
  serveWebSockets(app, parts, metrics);
  app.addHook('onClose', () => parts.close());
}
