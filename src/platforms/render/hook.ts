import * as z from 'zod';
import { Uncertain } from '../../clients/api/errors.ts';
import { refused, uncertain } from '../../clients/api/findings.ts';
import { sendRequest } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import type { Source } from './api.ts';

export const wrongHook: FindingKind = {
  code: 'platform/wrong-deploy-hook',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The deploy hook is not one of this service, so it would deploy something else or nothing.',
  cause:
    'The hook of a Blueprint (exs-…), which only synchronises it, that of another service, or a text that is no URL.',
  help: 'Copy the deploy hook from the settings of the service itself, and store it as the secret.',
};

const answerSchema = z.looseObject({ deploy: z.looseObject({ id: z.string() }).optional() });

/** What speaks against the hook of a service, by its address alone: it is a secret, and calling it deploys. */
export function obstaclesOfHook(variable: string, service: string, context: GateContext): Finding[] {
  const hook = hookIn(variable, context);
  const [, kind, id] = (URL.canParse(hook) ? new URL(hook).pathname : '').split('/');
  if (kind === 'deploy' && id === service) return [];
  const what = kind === 'deploy' && id ? `it is one of ${id}` : 'it is no address of a deploy hook';
  return [found(wrongHook, { message: `The deploy hook in ${variable} is not one of ${service}: ${what}.` })];
}

/**
 * Calls the deploy hook for a commit or an image (docs: Render, deploy hooks: `ref` and `imgURL`). Returns the id of
 * the deploy where the answer has it. Throws an Uncertain when no answer came, since the call may have taken effect.
 */
export async function callHook(
  variable: string,
  { commitId, imageUrl }: Source,
  context: GateContext,
  { timeout, signal }: { timeout: number; signal: AbortSignal },
): Promise<string | undefined> {
  const url = new URL(hookIn(variable, context));
  if (commitId) url.searchParams.set('ref', commitId);
  if (imageUrl) url.searchParams.set('imgURL', imageUrl);
  try {
    const { status, body } = await sendRequest({ method: 'POST', url: url.href, timeout, signal });
    if (status < 300) return idIn(body);
    const message = `Render answered ${status} to the deploy hook in ${variable}.`;
    if (status >= 500) throw new Uncertain(found(uncertain, { message }));
    throw new GateError([found(refused, { message })]);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    throw new Uncertain(found(uncertain, { message: `The deploy hook in ${variable} was called: ${error.message}.` }));
  }
}

function hookIn(variable: string, context: GateContext): string {
  return readSecret(context, variable, 'the deploy hook of Render').trim();
}

function idIn(body: string): string | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data?.deploy?.id;
  } catch {
    return undefined; // the deploy is looked for among those of the service
  }
}
