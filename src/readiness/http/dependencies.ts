import type { HttpAnswer } from '../../clients/http.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { isMapping } from '../../core/is-mapping.ts';
import { followPath, parseJsonPath } from '../../core/json-path.ts';
import { suggestName } from '../../core/nearest.ts';
import { parseJson } from '../../core/parse-json.ts';
import { makeExcerpt } from '../../expectations/excerpt.ts';
import type { About } from '../../expectations/expectation.ts';
import { parseBody } from '../../expectations/json.ts';
import { isEqual } from '../../expectations/matchers/matchers.ts';

export const unhealthyDependency: FindingKind = {
  code: 'probe/unhealthy-dependency',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The service reports that one of its dependencies does not work.',
  cause: 'A wrong credential or address in the new release, or an outage of the dependency.',
  help: "Check the dependency's status page, its credentials on the service, and the service's log.",
};

/** The keys under which services report the state of a dependency, if `state` names none. */
const usualKeys = ['status', 'state', 'healthy', 'ok', 'up'];

/** Judges the state of each dependency that the service reports: a required one fails the probe, an optional one warns. */
export function checkDependencies(wanted: HttpProbe['dependencies'], answer: HttpAnswer, about: About): Finding[] {
  if (wanted === undefined) return [];
  const body = parseBody(answer, about);
  if ('finding' in body) return [body.finding];
  const led = followPath(parseJsonPath(wanted.at) ?? [], body.value);
  const map: unknown = led.found ? led.value : undefined;
  const judge = (name: string, severity: 'error' | 'warning') => {
    const state = readState(findEntry(map, name), wanted.state);
    const actual = typeof state === 'string' ? state.toLowerCase() : state;
    if (wanted.healthy.some(healthy => isEqual(actual, healthy) || isEqual(state, healthy))) return [];
    const said =
      state === undefined ? `is missing from ${wanted.at}` : `is ${makeExcerpt(JSON.stringify(state), about.redact)}`;
    const message = `${about.target}: the dependency ${name} ${said}.`;
    const help =
      state === undefined ? `Correct the name. ${suggestName(name, listNames(map))}` : unhealthyDependency.help;
    return [found(unhealthyDependency, { message, severity, help, ...about.where })];
  };
  return [
    ...wanted.required.flatMap(name => judge(name, 'error')),
    ...wanted.optional.flatMap(name => judge(name, 'warning')),
  ];
}

/** The dependencies that a bad answer, such as 503, reports as unhealthy: they are the reason for it. */
export function listSickDependencies(wanted: HttpProbe['dependencies'], answer: HttpAnswer, about: About): Finding[] {
  if (wanted === undefined) return [];
  const body = parseJson(answer.body);
  const map = body && followPath(parseJsonPath(wanted.at) ?? [], body.value);
  if (!map?.found || !(isMapping(map.value) || Array.isArray(map.value))) return [];
  const known = listNames(map.value);
  const reported = {
    ...wanted,
    required: wanted.required.filter(name => known.includes(name)),
    optional: wanted.optional.filter(name => known.includes(name)),
  };
  return checkDependencies(reported, answer, about);
}

/** The entry of a dependency: in a mapping its value, in a list the item of this name. */
function findEntry(map: unknown, name: string): unknown {
  if (Array.isArray(map)) return map.find(item => readName(item) === name);
  return isMapping(map) && Object.hasOwn(map, name) ? map[name] : undefined;
}

function readState(value: unknown, key: string | undefined): unknown {
  if (!isMapping(value)) return value;
  const known = key === undefined ? usualKeys.find(usual => Object.hasOwn(value, usual)) : key;
  return known === undefined ? value : value[known];
}

/** The keys under which lists of dependencies give their names. */
const nameKeys = ['name', 'id', 'service', 'component'];

function readName(item: unknown): string | undefined {
  if (!isMapping(item)) return undefined;
  const name = nameKeys.map(key => item[key]).find(value => typeof value === 'string');
  return typeof name === 'string' ? name : undefined;
}

function listNames(map: unknown): string[] {
  if (Array.isArray(map)) return map.flatMap(item => readName(item) ?? []);
  return isMapping(map) ? Object.keys(map) : [];
}
