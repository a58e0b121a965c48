import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';

export const foreignToken: FindingKind = {
  code: 'platform/foreign-token',
  severity: 'error',
  boundary: 'delivery',
  meaning: "The variable holds another vendor's token, so the gate did not send it and changed nothing.",
  cause: "Two secrets are mixed up in the workflow or in the repository's settings.",
  help: 'Set the variable from the secret of the platform in its name.',
};

/** How tokens begin. Sources: the vendors' documentation of their token formats. */
const prefixes: { vendor: string; begins: RegExp }[] = [
  { vendor: 'GitHub', begins: /^(?:gh[pousr]_|github_pat_)/ },
  { vendor: 'Sentry', begins: /^sntry[su]_/ },
  { vendor: 'Fly.io', begins: /^(?:(?:FlyV1\s+)?fm(?:1r|1a|2)_|fo1_)/ },
  { vendor: 'Render', begins: /^rnd_/ },
  { vendor: 'Supabase', begins: /^sbp_/ },
  { vendor: 'Stripe', begins: /^(?:sk|rk)_(?:live|test)_/ },
  { vendor: 'Slack', begins: /^xox[abprs]-/ },
  { vendor: 'npm', begins: /^npm_/ },
];

/** The token in a variable, redacted from now on. Throws a GateError when it is unset or another vendor's. */
export function readToken(context: GateContext, variable: string, vendor: string): string {
  const token = readSecret(context, variable, { purpose: `the deploy to ${vendor}` }).trim();
  context.redactor.add(token);
  const other = prefixes.find(({ begins }) => begins.test(token));
  if (other === undefined || other.vendor === vendor) return token;
  const message = `${variable} holds a token of ${other.vendor}, not of ${vendor}.`;
  throw new GateError([found(foreignToken, { message })]);
}
