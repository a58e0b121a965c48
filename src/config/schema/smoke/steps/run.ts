import * as z from 'zod';
import { durationSchema } from '../../common.ts';
import { contentCaptures } from '../capture.ts';
import { anyStep, type StepForm, texts } from '../step.ts';

export const form = {
  kind: 'run',
  code: {
    noun: 'command',
    help: (name: string) => {
      const variable = name.toUpperCase().replace(/\W/g, '_');
      return `Pass it as a variable: \`env: { ${variable}: "\${${name}}" }\`, and write "$${variable}" in the command. For a variable of the shell, write $${name}.`;
    },
  },
} as const satisfies StepForm;

export const schema = z
  .strictObject({
    run: z.string().min(1).describe('A bash command, such as npx playwright test. Pass captured values through `env`.'),
    ...anyStep,
    directory: z
      .string()
      .min(1)
      .default('.')
      .describe('The working directory, relative to the root of the repository.'),
    env: texts
      .default({})
      .describe(
        'Variables for the command, such as `TOKEN: "${TOKEN}"`. It also gets the variables of the step that its text names, and no other credentials.',
      ),
    capture: contentCaptures,
    timeout: durationSchema.prefault('10m').describe('When the gate ends the command.'),
  })
  .describe('A command of your own. It passes if it exits with 0.');

export type RunStep = z.infer<typeof schema>;
