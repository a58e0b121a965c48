import type { HttpAnswer } from '../../clients/http.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { followPath, parseJsonPath } from '../../core/json-path.ts';
import { makeExcerpt } from '../../expectations/excerpt.ts';
import type { About } from '../../expectations/expectation.ts';
import { parseBody } from '../../expectations/json.ts';
import type { Attempt } from '../attempt.ts';

export const noIdentity: FindingKind = {
  code: 'answer/no-identity',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The answer is good but does not tell which instance gave it, so the gate cannot see restarts.',
  cause: 'The JSON path of `uptime` or `instance` is wrong, or the value has another form.',
  help: 'Correct the JSON path: `uptime` needs a number of seconds, `instance` a text or a number.',
};

type Identity = Pick<Attempt, 'instance' | 'instanceStartedAt'>;

/**
 * The instance that answered and its start, or findings if the body does not report what the probe relies on; `now` in
 * milliseconds since the epoch.
 */
export function identifyInstance(
  { uptime, instance }: Pick<HttpProbe, 'uptime' | 'instance'>,
  answer: HttpAnswer,
  about: About,
  now: number,
): { identity: Identity; findings: Finding[] } {
  if (uptime === undefined && instance === undefined) return { identity: {}, findings: [] };
  const body = parseBody(answer, about);
  if ('finding' in body) return { identity: {}, findings: [body.finding] };
  const refuse = (key: string, path: string, expected: string, value: unknown): Finding => {
    const said = value === undefined ? 'is missing' : `is ${makeExcerpt(JSON.stringify(value), about.redact)}`;
    const message = `${about.target}: ${path} (\`${key}\`) ${said}, expected ${expected}. The body is ${makeExcerpt(answer.body, about.redact)}`;
    return found(noIdentity, { message, ...about.where });
  };
  const identity: Identity = {};
  const findings: Finding[] = [];
  if (uptime !== undefined) {
    const seconds = readPath(uptime, body.value);
    if (typeof seconds === 'number') identity.instanceStartedAt = now - seconds * 1000;
    else findings.push(refuse('uptime', uptime, 'a number of seconds', seconds));
  }
  if (instance !== undefined) {
    const id = readPath(instance, body.value);
    if (typeof id === 'string' || typeof id === 'number') identity.instance = String(id);
    else findings.push(refuse('instance', instance, 'a text or a number', id));
  }
  return { identity, findings };
}

function readPath(path: string, body: unknown): unknown {
  const led = followPath(parseJsonPath(path) ?? [], body);
  return led.found ? led.value : undefined;
}
