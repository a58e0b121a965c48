import * as z from 'zod';
import { asking, location, type StepForm, web } from '../step.ts';

export const form = { kind: 'security-headers', schemes: web } as const satisfies StepForm;

const protections = ['hsts', 'csp', 'frame', 'nosniff'] as const;

export const schema = z
  .strictObject({
    'security-headers': location,
    ...asking,
    require: z
      .array(z.enum(protections))
      .min(1)
      .default([...protections])
      .describe(
        'hsts: Strict-Transport-Security. csp: Content-Security-Policy. frame: other pages may not frame it. nosniff: X-Content-Type-Options.',
      ),
  })
  .describe('The headers that protect users of a browser.');

export type SecurityHeadersStep = z.infer<typeof schema>;
