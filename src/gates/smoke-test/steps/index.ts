import type { StepKind } from '../../../config/schema/smoke/steps.ts';
import type { StepRunner } from '../step-runner.ts';

/**
 * What runs each step, loaded only by flows that have such a step. Made by script/generate from the files of this
 * folder.
 */
export const runners: Record<StepKind, () => Promise<StepRunner>> = {
  cors: () => import('./cors.ts'),
  'error-envelope': () => import('./error-envelope.ts'),
  graphql: () => import('./graphql.ts'),
  http: () => import('./http.ts'),
  'https-redirect': () => import('./https-redirect.ts'),
  idempotent: () => import('./idempotent.ts'),
  injection: () => import('./injection.ts'),
  listen: () => import('./listen.ts'),
  oauth: () => import('./oauth.ts'),
  queue: () => import('./queue.ts'),
  'rate-limit': () => import('./rate-limit.ts'),
  redis: () => import('./redis.ts'),
  run: () => import('./run.ts'),
  'security-headers': () => import('./security-headers.ts'),
  set: () => import('./set.ts'),
  sql: () => import('./sql.ts'),
  sse: () => import('./sse.ts'),
  unauthenticated: () => import('./unauthenticated.ts'),
  use: () => import('./use.ts'),
  'wait-until': () => import('./wait-until.ts'),
  websocket: () => import('./websocket.ts'),
};
