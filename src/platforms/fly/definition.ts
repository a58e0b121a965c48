import * as z from 'zod';
import { explainError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import type { FlyApi } from './api.ts';
import { definitionUnread, releaseCommandIgnored, strategyIgnored } from './findings.ts';

/** The `[deploy]` of a fly.toml (superfly/flyctl internal/appconfig/config.go). */
const definitionSchema = z.looseObject({
  deploy: z.looseObject({ release_command: z.string().nullish(), strategy: z.string().nullish() }).nullish(),
});

/** By machines that are updated one after another, the gate does what these strategies ask for. */
const oneAfterAnother = ['', 'rolling', 'canary'];

/** What the fly.toml of the current release asks for and an update of machines to an image does not do. */
export async function checkDefinition(app: string, api: FlyApi, signal: AbortSignal): Promise<Finding[]> {
  let definition: unknown;
  try {
    definition = await api.readDefinition(signal);
  } catch (error) {
    signal.throwIfAborted();
    const message = `The fly.toml of the app ${app} could not be read: ${explainError(error)}`;
    return [found(definitionUnread, { message })];
  }
  const { release_command: command, strategy } = definitionSchema.safeParse(definition).data?.deploy ?? {};
  const findings: Finding[] = [];
  if (command) {
    const message = `The fly.toml of the app ${app} runs \`${command}\` before a release. The gate would not run it.`;
    findings.push(found(releaseCommandIgnored, { message }));
  }
  if (strategy && !oneAfterAnother.includes(strategy)) {
    const message = `The fly.toml of the app ${app} asks for the strategy ${strategy}. The gate would update one machine after another.`;
    findings.push(found(strategyIgnored, { message }));
  }
  return findings;
}
