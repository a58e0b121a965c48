import type { HttpAnswer } from '../../../clients/http.ts';
import type { Matchable } from '../../../config/schema/matchers.ts';
import { type Finding, found } from '../../../core/finding.ts';
import { parseJsonPath } from '../../../core/json-path.ts';
import { findMismatches } from '../../../expectations/differences.ts';
import type { About } from '../../../expectations/expectation.ts';
import { wrongJson } from '../../../expectations/findings.ts';
import { parseBody } from '../../../expectations/json.ts';

/** The most mismatches that a finding lists. */
const mostListed = 10;

export type Values = Record<string, Matchable>;

/** Separates paths to one value from paths that can select several. */
export function splitValues(values: Values | undefined): { single: Values; wide: Values } {
  const entries = Object.entries(values ?? {});
  const isSingle = ([path]: [string, Matchable]) => parseJsonPath(path) !== undefined;
  return {
    single: Object.fromEntries(entries.filter(isSingle)),
    wide: Object.fromEntries(entries.filter(entry => !isSingle(entry))),
  };
}

/** Checks every value that each path selects. A path that selects none has one missing value. */
export async function checkSelected(wide: Values, answer: HttpAnswer, about: About): Promise<Finding[]> {
  if (Object.keys(wide).length === 0) return [];
  const body = parseBody(answer, about);
  if ('finding' in body) return [body.finding];
  const { queryPath } = await import('../../../expectations/rfc9535.ts');
  const mismatches = Object.entries(wide).flatMap(([path, matching]) => {
    const selected = queryPath(body.value, path);
    return (selected.length === 0 ? [undefined] : selected).flatMap(actual =>
      findMismatches(matching, { name: path, actual, redact: about.redact }),
    );
  });
  if (mismatches.length === 0) return [];
  const message = `${about.target}: ${mismatches.slice(0, mostListed).join('; ')}.`;
  return [found(wrongJson, { message, ...about.where })];
}
