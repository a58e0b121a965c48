import type { HttpAnswer } from '../../../clients/http.ts';
import type { CorsStep } from '../../../config/schema/smoke/steps/cors.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import type { Step } from '../plan/model.ts';
import { ask } from '../requests/ask.ts';
import { FindingsOfRequests } from '../security/findings-of-requests.ts';
import type { Visit } from '../visit.ts';

export const corsRefused: FindingKind = {
  code: 'smoke/cors-refused',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Browsers block an origin that must be able to call the API.',
  cause: "The service's list of origins (CORS_ORIGIN) lacks the origin, or has it with another scheme, port or slash.",
  help: "Add the origin exactly as named to the service's list of allowed origins.",
};

export const corsOpen: FindingKind = {
  code: 'smoke/cors-open',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Pages of a foreign origin can read what the API answers to its users.',
  cause: 'The service allows every origin, or echoes the origin of each request.',
  help: 'Allow only the origins of your own front ends.',
};

type Kind = 'answer' | 'preflight';

/** Sends a preflight and a request as a page of each origin would (Fetch standard, CORS protocol). */
export async function run(step: Step<CorsStep>, visit: Visit): Promise<Outcome> {
  const { scope } = visit;
  const { declared } = step;
  const url = visit.resolveAddress(step, declared.cors);
  const about = visit.describe(step, url);
  const findings = new FindingsOfRequests(visit);
  const preflight = { 'access-control-request-method': declared.method.toUpperCase() };
  const askFrom = async (origin: string): Promise<[Kind, HttpAnswer][]> => [
    ['answer', await ask(step, url, { headers: { origin } }, visit)],
    ['preflight', await ask(step, url, { method: 'options', headers: { origin, ...preflight } }, visit)],
  ];
  for (const origin of declared.allowed.map(text => scope.resolveText(text))) {
    for (const [kind, answer] of await askFrom(origin)) {
      const why = explainRefusal(answer, kind, origin, declared);
      if (why === undefined) continue;
      const message = `${about.target}: the ${kind} does not allow ${origin}: ${why}.`;
      findings.add(found(corsRefused, { message, ...about.where }));
    }
  }
  for (const origin of declared.refused.map(text => scope.resolveText(text))) {
    for (const [kind, answer] of await askFrom(origin)) {
      const allowed = answer.headers['access-control-allow-origin'];
      if (allowed !== '*' && allowed !== origin) continue;
      const message = `${about.target}: the ${kind} allows the foreign origin ${origin} (access-control-allow-origin: ${allowed}).`;
      findings.add(found(corsOpen, { message, ...about.where, boundary: corsOpen.boundary }));
    }
  }
  return concludeFrom(
    findings.finish(),
    `${pluralize(declared.allowed.length, 'origin')} allowed, ${declared.refused.length} refused`,
  );
}

function explainRefusal(
  { status, headers }: HttpAnswer,
  kind: Kind,
  origin: string,
  { method, credentials }: CorsStep,
): string | undefined {
  const allowed = headers['access-control-allow-origin'];
  if (allowed !== origin && (allowed !== '*' || credentials))
    return `access-control-allow-origin is ${allowed ?? 'missing'}`;
  if (credentials && headers['access-control-allow-credentials'] !== 'true') {
    return 'access-control-allow-credentials is not true, so browsers send no cookies';
  }
  if (kind === 'answer') return undefined;
  if (status < 200 || status > 299) return `its status is ${status}`;
  const methods = (headers['access-control-allow-methods'] ?? '').split(',').map(name => name.trim().toUpperCase());
  const needsNoPermission = ['get', 'head', 'post'].includes(method);
  if (needsNoPermission || methods.includes(method.toUpperCase()) || (methods.includes('*') && !credentials))
    return undefined;
  return `access-control-allow-methods lacks ${method.toUpperCase()}`;
}
