import type { Outcome } from '../../../core/check.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { runGraphqlStep } from './graphql.ts';
import { runHttpStep } from './http.ts';
import { runUseStep } from './use.ts';
import { runWaitUntilStep } from './wait-until.ts';
import { runListenStep, runWebsocketStep } from './websocket.ts';

/** Takes a step once. What few flows use is loaded by those only. */
export async function runStep(step: Step, visit: Visit): Promise<Outcome> {
  const { declared } = step;
  if ('websocket' in declared) return runWebsocketStep(declared, step, visit);
  if ('listen' in declared) return runListenStep(declared, step, visit);
  if ('graphql' in declared) return runGraphqlStep(declared, step, visit);
  if ('wait-until' in declared) return runWaitUntilStep(declared, step, visit);
  if ('use' in declared) return runUseStep(declared, step, visit);
  if ('sse' in declared) return (await import('./sse.ts')).runSseStep(declared, step, visit);
  if ('oauth' in declared) return (await import('../oauth/step.ts')).runOauthStep(declared, step, visit);
  if ('sql' in declared) return (await import('./sql.ts')).runSqlStep(declared, step, visit);
  if ('redis' in declared) return (await import('./redis.ts')).runRedisStep(declared, step, visit);
  if ('queue' in declared) return (await import('./queue.ts')).runQueueStep(declared, step, visit);
  if ('run' in declared) return (await import('./run.ts')).runRunStep(declared, step, visit);
  if ('cors' in declared) return (await import('../security/cors.ts')).runCorsStep(declared, step, visit);
  if ('rate-limit' in declared) {
    return (await import('../security/rate-limit.ts')).runRateLimitStep(declared, step, visit);
  }
  if ('unauthenticated' in declared) {
    return (await import('../security/unauthenticated.ts')).runUnauthenticatedStep(declared, step, visit);
  }
  if ('security-headers' in declared) {
    return (await import('../security/headers.ts')).runSecurityHeadersStep(declared, step, visit);
  }
  if ('https-redirect' in declared) {
    return (await import('../security/https-redirect.ts')).runHttpsRedirectStep(declared, step, visit);
  }
  if ('error-envelope' in declared) {
    return (await import('../security/error-envelope.ts')).runErrorEnvelopeStep(declared, step, visit);
  }
  if ('injection' in declared) {
    return (await import('../security/injection.ts')).runInjectionStep(declared, step, visit);
  }
  if ('idempotent' in declared) {
    return (await import('../security/idempotent.ts')).runIdempotentStep(declared, step, visit);
  }
  return runHttpStep(declared, step, visit);
}
