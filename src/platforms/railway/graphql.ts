import * as z from 'zod';
import { type Api, createApi } from '../../clients/api/api.ts';
import { Refused } from '../../clients/api/errors.ts';
import { badToken, missing, refused, unexpectedAnswer } from '../../clients/api/findings.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import type { PlatformDependencies } from '../platform.ts';
import type { RailwayToken } from './token.ts';

/** Railway answers GraphQL errors with 200 (railwayapp/cli src/client.rs). */
const answerSchema = z.looseObject({
  data: z.unknown().optional(),
  errors: z.array(z.looseObject({ message: z.string() })).optional(),
});

export interface Operation {
  query: string;
  variables: Record<string, unknown>;
  /** The subject, for messages. */
  what: string;
  signal: AbortSignal;
  /** Whether sending it twice does no harm. Default: only for a query. */
  repeatable?: boolean;
}

/** Throws as `Api` does. */
export type GraphQl = <Data>(schema: z.ZodType<Data>, operation: Operation) => Promise<Data>;

/** `onHeaders` is told the headers of every answer, by lower-case name. */
export function createGraphQl(
  token: RailwayToken,
  { context, timeout = 30_000 }: PlatformDependencies,
  onHeaders: (headers: Record<string, string>) => void = () => {},
): GraphQl {
  const api = createApi(
    {
      onHeaders,
      name: 'Railway',
      // Railway's own command line has no variable for this.
      baseUrl: (context.variables.RAILWAY_API_URL || 'https://backboard.railway.com/graphql/v2').replace(/\/+$/, ''),
      headers: token.headers,
      variable: token.variable,
      tokenHelp: token.help,
      findMessage: body => {
        const { errors } = answerSchema.safeParse(body).data ?? {};
        return errors && joinMessages(errors);
      },
      timeout,
    },
    context,
  );
  return async (schema, { query, variables, what, signal, repeatable = query.trimStart().startsWith('query') }) => {
    const call = { method: 'POST', path: '', what, body: { query, variables }, repeatable, signal } as const;
    const { data, errors = [] } = await api(answerSchema, call);
    if (errors.length > 0) throw await toRefusal(joinMessages(errors), what, { token, api, signal: context.signal });
    const parsed = schema.safeParse(data);
    if (parsed.success) return parsed.data;
    const [issue] = parsed.error.issues;
    const message = `Railway's answer for ${what} has an unexpected value at ${issue?.path.join('.')}: ${issue?.message}.`;
    throw new GateError([found(unexpectedAnswer, { message })]);
  };
}

interface Asked {
  token: RailwayToken;
  api: Api;
  signal: AbortSignal;
}

function joinMessages(errors: { message: string }[]): string {
  return errors.map(({ message }) => message).join('; ');
}

/** Railway's command line tells these messages apart too (railwayapp/cli src/client.rs). */
async function toRefusal(said: string, what: string, { token, api, signal }: Asked): Promise<Refused> {
  if (/not authorized|project token not found|unauthorized/i.test(said)) {
    const kind = await token.findOtherKind(api, signal);
    const message = `Railway does not allow ${what} with the token in ${token.variable}${kind ? `, which is ${kind}` : ''}. It says: ${said}`;
    return new Refused(401, said, found(badToken, { message, help: token.help }));
  }
  if (/two factor/i.test(said)) {
    const message = `Railway asks for two-factor authentication for ${what}. It says: ${said}`;
    return new Refused(403, said, found(badToken, { message, help: token.help }));
  }
  if (/not found/i.test(said)) {
    const message = `Railway does not know ${what}, or the token in ${token.variable} cannot see it. It says: ${said}`;
    return new Refused(404, said, found(missing, { message }));
  }
  return new Refused(422, said, found(refused, { message: `Railway refused ${what}. It says: ${said}` }));
}
