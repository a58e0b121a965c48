import type { HttpAnswer } from '../../../clients/http.ts';
import type { CorsStep } from '../../../config/schema/smoke/security.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Step } from '../plan/model.ts';
import type { Visit } from '../visit.ts';
import { as, ask } from './ask.ts';
import { FindingsOfRequests } from './findings.ts';

export const corsRefused: FindingKind = {
  code: 'smoke/cors-refused',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Pages of an origin that must be able to call the API are kept from it by the browser.',
  cause:
    'The origin is missing in the list of the service (CORS_ORIGIN), or stands there with another scheme, port or slash.',
  help: "Add the origin exactly as it is named to the service's list of allowed origins.",
};

export const corsOpen: FindingKind = {
  code: 'smoke/cors-open',
  severity: 'error',
  boundary: 'identity',
  meaning: 'Pages of a foreign origin may read what the API answers to its users.',
  cause: 'The service allows every origin, or sends back whichever asks.',
  help: 'Allow only the origins of your own front ends.',
};

/** Asks as a page of each origin would, and before that in a preflight (Fetch standard, CORS protocol). */
export async function runCorsStep(declared: CorsStep, step: Step, visit: Visit): Promise<Outcome> {
  const { scope } = visit;
  const url = visit.addressOf(step, declared.cors);
  const about = visit.about(step, url);
  const findings = new FindingsOfRequests(visit);
  const preflight = { 'access-control-request-method': declared.method.toUpperCase() };
  const answersFor = async (origin: string) => ({
    simple: await ask(as(step, declared), url, { headers: { origin } }, visit),
    preflight: await ask(as(step, declared), url, { method: 'options', headers: { origin, ...preflight } }, visit),
  });
  for (const origin of declared.allowed.map(text => scope.text(text))) {
    for (const [kind, answer] of Object.entries(await answersFor(origin))) {
      const why = whyRefused(answer, origin, declared, kind === 'preflight');
      if (why === undefined) continue;
      const message = `${about.target}: ${origin} is not allowed in the ${kind === 'preflight' ? 'preflight' : 'answer'}: ${why}.`;
      findings.add(found(corsRefused, { message, ...about.where }));
    }
  }
  for (const origin of declared.refused.map(text => scope.text(text))) {
    for (const [kind, answer] of Object.entries(await answersFor(origin))) {
      const allowed = answer.headers['access-control-allow-origin'];
      if (allowed !== '*' && allowed !== origin) continue;
      const message = `${about.target}: the foreign origin ${origin} is allowed in the ${kind === 'preflight' ? 'preflight' : 'answer'} (access-control-allow-origin: ${allowed}).`;
      findings.add(found(corsOpen, { message, ...about.where, boundary: corsOpen.boundary }));
    }
  }
  return concludeFrom(
    findings.done(),
    `${declared.allowed.length} origins allowed, ${declared.refused.length} refused`,
  );
}

function whyRefused(
  answer: HttpAnswer,
  origin: string,
  { method, credentials }: CorsStep,
  isPreflight: boolean,
): string | undefined {
  const { headers } = answer;
  const allowed = headers['access-control-allow-origin'];
  if (allowed !== origin && (allowed !== '*' || credentials))
    return `access-control-allow-origin is ${allowed ?? 'missing'}`;
  if (credentials && headers['access-control-allow-credentials'] !== 'true') {
    return 'access-control-allow-credentials is not true, so no cookies are sent';
  }
  if (!isPreflight) return undefined;
  if (answer.status < 200 || answer.status > 299) return `it answered ${answer.status}`;
  const methods = (headers['access-control-allow-methods'] ?? '').split(',').map(name => name.trim().toUpperCase());
  const needsNoPermission = ['get', 'head', 'post'].includes(method);
  if (needsNoPermission || methods.includes(method.toUpperCase()) || (methods.includes('*') && !credentials))
    return undefined;
  return `access-control-allow-methods has no ${method.toUpperCase()}`;
}
