import { found } from '../core/finding.ts';
import { follow, parseJsonPath } from '../core/json-path.ts';
import type { Expect } from './expectation.ts';
import { wrongJson } from './findings.ts';
import { bodyAsJson } from './json.ts';
import { mismatchesOf } from './matchers/mismatches.ts';

/** Single values of the JSON body, each by its path and with what it must be like. */
export const values: Expect = (expected, answer, about) => {
  const wanted = Object.entries(expected.values ?? {});
  if (wanted.length === 0) return [];
  const body = bodyAsJson(answer, about);
  if ('finding' in body) return expected.json === undefined ? [body.finding] : []; // said once
  const mismatches = wanted.flatMap(([name, matching]) => {
    const led = follow(parseJsonPath(name) ?? [], body.value);
    return mismatchesOf(matching, { name, actual: led.found ? led.value : undefined, redact: about.redact });
  });
  if (mismatches.length === 0) return [];
  return [found(wrongJson, { message: `${about.target}: ${mismatches.join('; ')}.`, ...about.where })];
};
