import * as z from 'zod';
import type { Api } from '../../clients/api/api.ts';
import { readToken } from '../../clients/api/token.ts';
import type { GateContext } from '../../core/context.ts';

/** A token and how to send it to Railway (docs: Railway, public API; railwayapp/cli src/client.rs). */
export interface RailwayToken {
  variable: 'RAILWAY_TOKEN' | 'RAILWAY_API_TOKEN';
  headers: Record<string, string>;
  help: string;
  /** After Railway refused the token: what it is instead, such as `a project token`, if it is another kind. */
  findOtherKind(api: Api, signal: AbortSignal): Promise<string | undefined>;
}

const projectHelp =
  'Create a token under Project Settings → Tokens for this environment, and store it as the secret RAILWAY_TOKEN. A token of an account or a workspace belongs in RAILWAY_API_TOKEN.';
const accountHelp =
  'Create a token under Account Settings → Tokens, and store it as the secret RAILWAY_API_TOKEN. A project token belongs in RAILWAY_TOKEN.';

/** Like Railway's command line: a project token in RAILWAY_TOKEN first, then an account's in RAILWAY_API_TOKEN. */
export function readRailwayToken(context: GateContext): RailwayToken {
  if (!context.variables.RAILWAY_TOKEN && context.variables.RAILWAY_API_TOKEN) {
    const token = readToken(context, 'RAILWAY_API_TOKEN', 'Railway');
    return {
      variable: 'RAILWAY_API_TOKEN',
      headers: { authorization: `Bearer ${token}` },
      help: accountHelp,
      findOtherKind: async (api, signal) =>
        (await isAccepted(api, 'query { projectToken { projectId } }', { 'project-access-token': token }, signal))
          ? 'a project token and belongs in RAILWAY_TOKEN'
          : undefined,
    };
  }
  const token = readToken(context, 'RAILWAY_TOKEN', 'Railway');
  return {
    variable: 'RAILWAY_TOKEN',
    headers: { 'project-access-token': token },
    help: projectHelp,
    findOtherKind: async (api, signal) =>
      (await isAccepted(api, 'query { me { id } }', { authorization: `Bearer ${token}` }, signal))
        ? 'a token of an account and belongs in RAILWAY_API_TOKEN'
        : undefined,
  };
}

const answerSchema = z.looseObject({ errors: z.array(z.unknown()).optional() });

async function isAccepted(
  api: Api,
  query: string,
  headers: Record<string, string>,
  signal: AbortSignal,
): Promise<boolean> {
  try {
    const call = { method: 'POST', path: '', what: 'the kind of the token', body: { query }, headers, signal } as const;
    const { errors = [] } = await api(answerSchema, { ...call, repeatable: true });
    return errors.length === 0;
  } catch {
    signal.throwIfAborted();
    return false; // the caller reports the refusal either way; this would only have explained it
  }
}
