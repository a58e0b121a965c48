import * as z from 'zod';
import { type Api, createApi } from '../../clients/api/api.ts';
import { Refused } from '../../clients/api/errors.ts';
import { badToken, missing, refused, unexpectedAnswer } from '../../clients/api/findings.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import type { PlatformDependencies } from '../platform.ts';
import type { RailwayToken } from './token.ts';

/** Railway answers the errors of GraphQL with 200 (railwayapp/cli src/client.rs). */
const answerSchema = z.looseObject({
  data: z.unknown().optional(),
  errors: z.array(z.looseObject({ message: z.string() })).optional(),
});

export interface Operation {
  query: string;
  variables: Record<string, unknown>;
  /** What it is about, for messages. */
  what: string;
  signal: AbortSignal;
  /** Whether doing it twice does no harm. Default: for a query. */
  repeatable?: boolean;
}

/** Throws as `Api` does. */
export type GraphQl = <Data>(schema: z.ZodType<Data>, operation: Operation) => Promise<Data>;

export function createGraphQl(token: RailwayToken, { context, timeout = 30_000 }: PlatformDependencies): GraphQl {
  const api = createApi(
    {
      name: 'Railway',
      // Railway's own command line cannot be led elsewhere, so the variable is one of this suite.
      baseUrl: (context.variables.RAILWAY_API_URL || 'https://backboard.railway.com/graphql/v2').replace(/\/+$/, ''),
      headers: token.headers,
      variable: token.variable,
      tokenHelp: token.help,
      messageOf: body =>
        answerSchema
          .safeParse(body)
          .data?.errors?.map(({ message }) => message)
          .join('; '),
      timeout,
    },
    context,
  );
  return async (schema, { query, variables, what, signal, repeatable = query.trimStart().startsWith('query') }) => {
    const call = { method: 'POST', path: '', what, body: { query, variables }, repeatable, signal } as const;
    const { data, errors = [] } = await api(answerSchema, call);
    if (errors.length > 0)
      throw await refusalOf(errors.map(({ message }) => message).join('; '), what, token, api, context);
    const parsed = schema.safeParse(data);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const message = `Railway answered for ${what} without what was expected at ${issue?.path.join('.')}: ${issue?.message}.`;
    throw new GateError([found(unexpectedAnswer, { message })]);
  };
}

/** The messages are those that Railway's command line tells apart (railwayapp/cli src/client.rs). */
async function refusalOf(said: string, what: string, token: RailwayToken, api: Api, context: GateContext) {
  if (/not authorized|project token not found|unauthorized/i.test(said)) {
    const kind = await token.otherKind(api, context.signal);
    const message = `Railway does not allow ${what} with the token in ${token.variable}${kind ? `, which is ${kind}` : ''}. It says: ${said}`;
    return new Refused(401, said, found(badToken, { message, help: token.help }));
  }
  if (/two factor/i.test(said)) {
    const message = `Railway wants two-factor authentication for ${what}. It says: ${said}`;
    return new Refused(403, said, found(badToken, { message, help: token.help }));
  }
  if (/not found/i.test(said)) {
    const message = `Railway does not know ${what}, or the token in ${token.variable} cannot see it. It says: ${said}`;
    return new Refused(404, said, found(missing, { message }));
  }
  return new Refused(422, said, found(refused, { message: `Railway refused ${what}. It says: ${said}` }));
}
