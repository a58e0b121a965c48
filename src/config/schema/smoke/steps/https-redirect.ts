import * as z from 'zod';
import { anyStep, location, type StepForm, service, timeout, web } from '../step.ts';

export const form = { kind: 'https-redirect', schemes: web } as const satisfies StepForm;

export const schema = z
  .strictObject({ 'https-redirect': location, ...anyStep, service, timeout })
  .describe('The address over plain HTTP must redirect to HTTPS on the same host.');

export type HttpsRedirectStep = z.infer<typeof schema>;
