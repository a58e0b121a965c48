import * as z from 'zod';
import { nameSchema } from '../../common.ts';
import { conversing, withRules } from '../messages.ts';
import { anyStep, type StepForm, timeout } from '../step.ts';

export const form = { kind: 'listen' } as const satisfies StepForm;

export const schema = withRules(
  z.strictObject({
    listen: nameSchema.describe('The name that an earlier step gave its connection with `as`.'),
    ...anyStep,
    timeout,
    ...conversing,
  }),
).describe('Uses a connection that an earlier step opened. Messages that arrived in the meantime count.');

export type ListenStep = z.infer<typeof schema>;
