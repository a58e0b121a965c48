import * as z from 'zod';
import { suggestName } from '../../../core/nearest.ts';
import { methods } from '../../http-methods.ts';
import { durationSchema, jsonSchema, nameSchema } from '../common.ts';
import { queueStepSchema, redisStepSchema, runStepSchema, sqlStepSchema } from './behind.ts';
import { httpStepSchema } from './http.ts';
import { graphqlStepSchema, oauthStepSchema } from './oauth.ts';
import {
  corsStepSchema,
  errorEnvelopeStepSchema,
  httpsRedirectStepSchema,
  idempotentStepSchema,
  injectionStepSchema,
  rateLimitStepSchema,
  securityHeadersStepSchema,
  unauthenticatedStepSchema,
} from './security.ts';
import { anyStep } from './step.ts';
import { listenStepSchema, sseStepSchema, websocketStepSchema } from './websocket.ts';

/** What a step may wait for: each of these can be asked again and again. */
const askedAgainSchema = z.union([httpStepSchema, graphqlStepSchema, sqlStepSchema, redisStepSchema]);

const waitUntilStepSchema = z
  .strictObject({
    'wait-until': askedAgainSchema.describe('A step that is taken again and again until it passes.'),
    ...anyStep,
    every: durationSchema.prefault('500ms').describe('The pause between two tries.'),
    within: durationSchema.prefault('30s').describe('How long it may take.'),
  })
  .describe('Waits until a step passes.');

const useStepSchema = z
  .strictObject({
    use: nameSchema.describe('A flow, or one of `shared`, whose steps are taken here.'),
    ...anyStep,
    with: z.record(nameSchema, jsonSchema).default({}).describe('Values for its parameters.'),
  })
  .describe('Takes the steps of another flow, with its cookies; what it captures can be used here afterwards.');

/** The keys that say what a step does. */
export const stepKeys = [
  ...methods,
  'websocket',
  'listen',
  'sse',
  'graphql',
  'oauth',
  'sql',
  'redis',
  'queue',
  'run',
  'wait-until',
  'use',
  'cors',
  'rate-limit',
  'unauthenticated',
  'security-headers',
  'https-redirect',
  'error-envelope',
  'injection',
  'idempotent',
] as const;
export type StepKey = (typeof stepKeys)[number];

/**
 * A step that says nothing of what it does, or two things, fits no form; that says more than its nearest form would.
 */
function faultOf(step: unknown): string | undefined {
  if (step === null || typeof step !== 'object' || Array.isArray(step)) return 'a step, such as `get: /health`';
  const keys = Object.keys(step);
  const acts = keys.filter(key => stepKeys.some(known => known === key));
  if (acts.length === 1) return undefined;
  if (acts.length > 1) return `a step that does one thing; make ${acts.length} steps of ${acts.join(' and ')}`;
  const near = keys.map(key => suggestName(key, stepKeys)).find(text => text.startsWith('Did'));
  return near === undefined ? `a step with one of ${stepKeys.join(', ')}` : `a step that says what it does. ${near}`;
}

export const stepSchema = z.union(
  [
    httpStepSchema,
    websocketStepSchema,
    listenStepSchema,
    sseStepSchema,
    graphqlStepSchema,
    oauthStepSchema,
    sqlStepSchema,
    redisStepSchema,
    queueStepSchema,
    runStepSchema,
    waitUntilStepSchema,
    useStepSchema,
    corsStepSchema,
    rateLimitStepSchema,
    unauthenticatedStepSchema,
    securityHeadersStepSchema,
    httpsRedirectStepSchema,
    errorEnvelopeStepSchema,
    injectionStepSchema,
    idempotentStepSchema,
  ],
  { error: issue => faultOf(issue.input) },
);

export type Step = z.infer<typeof stepSchema>;
export type AskedAgain = z.infer<typeof askedAgainSchema>;
export type WaitUntilStep = z.infer<typeof waitUntilStepSchema>;
export type UseStep = z.infer<typeof useStepSchema>;
