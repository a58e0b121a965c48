import { readToken } from '../../clients/api/token.ts';
import type { GateContext } from '../../core/context.ts';

/** `fly tokens create` prints a token with its scheme in front, and people paste both (superfly/fly-go tokens.go). */
export function readFlyToken(context: GateContext): { token: string; header: string } {
  const text = readToken(context, 'FLY_API_TOKEN', 'Fly.io');
  const token = text.replace(/^(?:FlyV1|Bearer)\s+/i, '');
  context.redactor.add(token);
  return { token, header: `${/^fm(?:1r|1a|2)_/.test(token) ? 'FlyV1' : 'Bearer'} ${token}` };
}
