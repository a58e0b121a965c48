import { readToken } from '../../clients/api/token.ts';
import type { GateContext } from '../../core/context.ts';

export interface FlyTokens {
  /** Of the `authorization` header. */
  scheme: 'FlyV1' | 'Bearer';
  /** Every token, joined by commas: for GraphQL, releases and flyctl. */
  all: string;
  /** For machines, logs and the registry: the macaroons alone, or every token where there is no macaroon. */
  macaroons: string;
}

/**
 * `fly tokens create` prints a token with its scheme in front, and people paste both. One text can hold several tokens
 * (superfly/fly-go tokens/tokens.go, Parse and normalized).
 */
export function readFlyToken(context: GateContext): FlyTokens {
  const text = readToken(context, 'FLY_API_TOKEN', 'Fly.io');
  const tokens = text
    .replace(/^(?:FlyV1|Bearer)\s+/i, '')
    .split(',')
    .map(token => token.trim())
    .filter(Boolean);
  const macaroons = tokens.filter(token => /^fm(?:1r|1a|2)_/.test(token));
  const others = tokens.filter(token => !macaroons.includes(token));
  const all = [...macaroons, ...others].join(',');
  for (const secret of [...tokens, all]) context.redactor.add(secret);
  const hasMacaroons = macaroons.length > 0;
  return { scheme: hasMacaroons ? 'FlyV1' : 'Bearer', all, macaroons: hasMacaroons ? macaroons.join(',') : all };
}
