import { systemClock } from '../../src/core/clock.ts';
import type { GateContext } from '../../src/core/context.ts';
import { Redactor } from '../../src/core/redaction.ts';
import { createLog } from '../../src/github/log.ts';

/** What a gate is given to work with; all that it logs is kept, as the log of a step would show it. */
export function testContext(overrides: Partial<GateContext> = {}): GateContext & { logged: string[] } {
  const logged: string[] = [];
  const redactor = overrides.redactor ?? new Redactor();
  return {
    clock: systemClock,
    log: { ...createLog(redactor, text => logged.push(text.replace(/\n$/, ''))), debug: () => {} },
    redactor,
    signal: new AbortController().signal,
    variables: {},
    workspace: process.cwd(),
    secretsWithheld: false,
    onResult: () => {},
    ...overrides,
    logged,
  };
}
