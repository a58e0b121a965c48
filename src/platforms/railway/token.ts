import * as z from 'zod';
import type { Api } from '../../clients/api/api.ts';
import { readToken } from '../../clients/api/token.ts';
import type { GateContext } from '../../core/context.ts';

/** How one is authorised at Railway (docs: Railway, public API; railwayapp/cli src/client.rs). */
export interface RailwayToken {
  variable: 'RAILWAY_TOKEN' | 'RAILWAY_API_TOKEN';
  headers: Record<string, string>;
  help: string;
  /**
   * What it is instead, such as `a project token`, after Railway has refused it; undefined where it is nothing else.
   */
  otherKind(api: Api, signal: AbortSignal): Promise<string | undefined>;
}

const projectHelp =
  'Make a token under Project Settings → Tokens for this environment, and store it as the secret RAILWAY_TOKEN; a token of an account or a workspace belongs into RAILWAY_API_TOKEN.';
const accountHelp =
  'Make a token under Account Settings → Tokens, and store it as the secret RAILWAY_API_TOKEN; a token of a project belongs into RAILWAY_TOKEN.';

/** As Railway's command line: a project token in RAILWAY_TOKEN comes first, one of an account in RAILWAY_API_TOKEN. */
export function railwayToken(context: GateContext): RailwayToken {
  if (!context.variables.RAILWAY_TOKEN && context.variables.RAILWAY_API_TOKEN) {
    const token = readToken(context, 'RAILWAY_API_TOKEN', 'Railway');
    return {
      variable: 'RAILWAY_API_TOKEN',
      headers: { authorization: `Bearer ${token}` },
      help: accountHelp,
      otherKind: async (api, signal) =>
        (await accepts(api, 'query { projectToken { projectId } }', { 'project-access-token': token }, signal))
          ? 'a project token and belongs into RAILWAY_TOKEN'
          : undefined,
    };
  }
  const token = readToken(context, 'RAILWAY_TOKEN', 'Railway');
  return {
    variable: 'RAILWAY_TOKEN',
    headers: { 'project-access-token': token },
    help: projectHelp,
    otherKind: async (api, signal) =>
      (await accepts(api, 'query { me { id } }', { authorization: `Bearer ${token}` }, signal))
        ? 'a token of an account and belongs into RAILWAY_API_TOKEN'
        : undefined,
  };
}

const answerSchema = z.looseObject({ errors: z.array(z.unknown()).optional() });

async function accepts(
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
    return false; // that it was refused is said already; this would only have said why
  }
}
