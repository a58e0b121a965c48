import type { OauthStep } from '../../../config/schema/smoke/steps/oauth.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { formatDuration } from '../../../core/duration.ts';
import { findDifferences } from '../../../expectations/differences.ts';
import { checkLatency } from '../../../expectations/latency.ts';
import { capture } from '../captures/captures.ts';
import { OauthClient } from '../oauth/client.ts';
import { badIdToken } from '../oauth/findings.ts';
import { Provider } from '../oauth/provider.ts';
import type { Step } from '../plan/model.ts';
import { resolveExpected } from '../resolve-expected.ts';
import type { Visit } from '../visit.ts';

/** Signs in, verifies the tokens, and then refreshes and signs out if the step says so. */
export async function run(step: Step<OauthStep>, visit: Visit): Promise<Outcome> {
  const { scope } = visit;
  const { declared } = step;
  const about = visit.describe(step);
  const started = performance.now();
  const provider = new Provider(visit.resolveAddress(step, declared.oauth), step, visit);
  const fields = scope.resolveTexts(declared['sign-in']);
  for (const [name, value] of Object.entries(fields)) if (/pass/i.test(name)) visit.context.redactor.add(value);
  const secret = declared['client-secret'];
  const registration = {
    id: scope.resolveText(declared.client),
    secret: secret === undefined ? undefined : scope.resolveText(secret),
    redirectUri: scope.resolveText(declared['redirect-uri']),
    scope: declared.scopes.map(name => scope.resolveText(name)).join(' '),
    parameters: scope.resolveTexts(declared.parameters),
    fields,
    press: declared.press && scope.resolveText(declared.press),
  };
  const metadata = await provider.discover();
  const client = new OauthClient(provider, metadata, registration);
  const { tokens: first, claims } = await client.signIn();
  const tokens = declared.refresh ? await client.refresh(first) : first;
  const took = performance.now() - started;
  const expected = resolveExpected(declared.claims, scope);
  const differences = expected === undefined ? [] : findDifferences(expected, claims, { redact: about.redact });
  if (differences.length > 0) provider.fail(badIdToken, `its claims differ: ${differences.join('; ')}`);
  if (declared.logout) await client.signOut(tokens);
  const value = { ...tokens, claims };
  const source = { json: () => ({ value }), text: () => JSON.stringify(value) };
  const findings = [
    ...checkLatency(took, declared.within, about),
    ...(await capture(declared.capture, source, visit, about)),
  ];
  const done = ['signed in', ...(declared.refresh ? ['refreshed'] : []), ...(declared.logout ? ['signed out'] : [])];
  return concludeFrom(findings, `${done.join(', ')} in ${formatDuration(took)}`);
}
