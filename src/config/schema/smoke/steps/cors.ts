import * as z from 'zod';
import { asking, location, method, type StepForm, web } from '../step.ts';

export const form = { kind: 'cors', schemes: web } as const satisfies StepForm;

export const schema = z
  .strictObject({
    cors: location,
    ...asking,
    allowed: z.array(z.string().min(1)).default([]).describe('Origins whose pages may call the API.'),
    refused: z
      .array(z.string().min(1))
      .default(['https://release-gates.example', 'null'])
      .describe('Origins whose pages must not call the API.'),
    method: method.default('get').describe('The method that the page uses. The preflight asks for it.'),
    credentials: z.boolean().default(false).describe('Whether the page must be allowed to send cookies.'),
  })
  .refine(step => step.allowed.length > 0, { error: '`allowed`, with at least one origin that may call the API' })
  .describe('Which origins may call the API from a browser.');

export type CorsStep = z.infer<typeof schema>;
