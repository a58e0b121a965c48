import { found } from '../core/finding.ts';
import { followPath, parseJsonPath } from '../core/json-path.ts';
import { findMismatches } from './differences.ts';
import type { Expect } from './expectation.ts';
import { wrongJson } from './findings.ts';
import { parseBody } from './json.ts';

/** Checks single values of the JSON body by path. */
export const values: Expect = (expected, answer, about) => {
  const wanted = Object.entries(expected.values ?? {});
  if (wanted.length === 0) return [];
  const body = parseBody(answer, about);
  if ('finding' in body) return expected.json === undefined ? [body.finding] : []; // `json` reports the same finding
  const mismatches = wanted.flatMap(([name, matching]) => {
    const led = followPath(parseJsonPath(name) ?? [], body.value);
    return findMismatches(matching, { name, actual: led.found ? led.value : undefined, redact: about.redact });
  });
  if (mismatches.length === 0) return [];
  return [found(wrongJson, { message: `${about.target}: ${mismatches.join('; ')}.`, ...about.where })];
};
