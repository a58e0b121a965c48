import { JSONPathEnvironment, type JSONPathNodeList, type JSONPathQuery } from 'json-p3';
import { formatError } from '../core/errors.ts';
import type { JsonPath } from '../core/json-path.ts';
import { deepest } from '../core/parse-json.ts';
import { runBriefly } from '../core/pattern.ts';

const environment = new JSONPathEnvironment({ maxRecursionDepth: deepest + 1 });

/** The values that a path of RFC 9535 selects in a JSON document, in its order. */
export function queryPath(document: unknown, path: string): unknown[] {
  return evaluate(document, path).values();
}

/** Where those values are. */
export function locatePath(document: unknown, path: string): JsonPath[] {
  return evaluate(document, path).locations();
}

/** Why a path is not valid; undefined if it is. */
export function explainPath(path: string): string | undefined {
  try {
    environment.compile(path);
    return undefined;
  } catch (error) {
    return formatError(error);
  }
}

/** The expressions of `match` and `search` can be slow. */
function evaluate(document: unknown, path: string): JSONPathNodeList {
  const query = environment.compile(path);
  return runBriefly(() => query.query(document as Parameters<JSONPathQuery['query']>[0]), `The path ${path}`);
}
