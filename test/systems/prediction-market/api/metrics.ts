import type { FastifyInstance } from 'fastify';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Database } from './database.ts';

export interface Metrics {
  ordersPlaced: Counter;
  websockets: Gauge;
}

/** Measures every request, and serves everything measured at /metrics in the Prometheus text format. */
export function measure(app: FastifyInstance, database: Database): Metrics {
  const register = new Registry();
  const registers = [register];
  collectDefaultMetrics({ register });

  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from a request to its response.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2.5],
    registers,
  });
  app.addHook('onResponse', async (request, reply) => {
    const labels = { method: request.method, route: request.routeOptions.url ?? 'none', status: reply.statusCode };
    duration.observe(labels, reply.elapsedTime / 1000);
  });
  new Gauge({
    name: 'database_connections',
    help: 'Connections of the pool by state, and requests waiting for one.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'total' }, database.totalCount);
      this.set({ state: 'idle' }, database.idleCount);
      this.set({ state: 'waiting' }, database.waitingCount);
    },
  });

  app.get('/metrics', async (_request, reply) => {
    reply.type(register.contentType);
    return register.metrics();
  });
  return {
    ordersPlaced: new Counter({ name: 'orders_placed_total', help: 'Orders placed.', registers }),
    websockets: new Gauge({ name: 'websocket_connections', help: 'Open WebSocket connections.', registers }),
  };
}
