import * as z from 'zod';
import { Uncertain } from '../../clients/api/errors.ts';
import { refused, uncertain } from '../../clients/api/findings.ts';
import { sendRequest } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import type { Source } from './api.ts';
import { wrongHook } from './findings.ts';

const answerSchema = z.looseObject({ deploy: z.looseObject({ id: z.string() }).optional() });

/** Checks the hook of a service by its address alone: the address is a secret, and calling it deploys. */
export function checkHook(variable: string, service: string, context: GateContext): Finding[] {
  const hook = readHook(variable, context);
  const [, kind, id] = (URL.canParse(hook) ? new URL(hook).pathname : '').split('/');
  if (kind === 'deploy' && id === service) return [];
  const what = kind === 'deploy' && id ? `it belongs to ${id}` : 'it is not the address of a deploy hook';
  return [found(wrongHook, { message: `The deploy hook in ${variable} is not one of ${service}: ${what}.` })];
}

/**
 * Calls the deploy hook for a commit or an image (docs: Render, deploy hooks: `ref` and `imgURL`). Returns the id of
 * the deploy if the answer has one. Throws an Uncertain when no answer came, since the call may have taken effect.
 */
export async function callHook(
  variable: string,
  { commitId, imageUrl }: Source,
  context: GateContext,
  { timeout, signal }: { timeout: number; signal: AbortSignal },
): Promise<string | undefined> {
  const url = new URL(readHook(variable, context));
  if (commitId) url.searchParams.set('ref', commitId);
  if (imageUrl) url.searchParams.set('imgURL', imageUrl);
  try {
    const { status, body } = await sendRequest({ method: 'POST', url: url.href, timeout, signal });
    if (status < 300) return parseId(body);
    const message = `Render answered ${status} to the deploy hook in ${variable}.`;
    if (status >= 500) throw new Uncertain(found(uncertain, { message }));
    throw new GateError([found(refused, { message })]);
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const message = `The gate called the deploy hook in ${variable} and got no answer: ${error.message}.`;
    throw new Uncertain(found(uncertain, { message }));
  }
}

function readHook(variable: string, context: GateContext): string {
  return readSecret(context, variable, { purpose: 'the deploy hook of Render' }).trim();
}

function parseId(body: string): string | undefined {
  try {
    return answerSchema.safeParse(JSON.parse(body)).data?.deploy?.id;
  } catch {
    return undefined; // the deploy is then found in the list of the service
  }
}
