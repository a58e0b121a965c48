import type { HttpAnswer } from '../../clients/http.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import { followPath, parseJsonPath } from '../../core/json-path.ts';
import { parseJson } from '../../expectations/json.ts';
import type { Attempt } from '../attempt.ts';

/** The instance that answered and its start, if the body reports them; `now` in milliseconds since the epoch. */
export function identifyInstance(
  { uptime, instance }: Pick<HttpProbe, 'uptime' | 'instance'>,
  answer: HttpAnswer,
  now: number,
): Pick<Attempt, 'instance' | 'instanceStartedAt'> {
  if (uptime === undefined && instance === undefined) return {};
  const body = parseJson(answer.body);
  const at = (path: string | undefined) => {
    const led = path === undefined || !body ? undefined : followPath(parseJsonPath(path) ?? [], body.value);
    return led?.found ? led.value : undefined;
  };
  const seconds = at(uptime);
  const id = at(instance);
  return {
    ...(typeof seconds === 'number' && { instanceStartedAt: now - seconds * 1000 }),
    ...(id !== undefined && { instance: String(id) }),
  };
}
