import type { FastifyInstance } from 'fastify';
import { requireUser } from '../authentication.ts';
import type { Parts } from '../parts.ts';

export function accountRoutes(app: FastifyInstance, { accounts, tokens }: Parts): void {
  const onRequest = requireUser(tokens);
  app.get('/api/balance', { onRequest }, async request => ({ balance: await accounts.balance(request.userId) }));
  app.get('/api/positions', { onRequest }, async request => ({ positions: await accounts.positions(request.userId) }));
}
