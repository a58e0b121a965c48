import { query as queryJson } from 'jsonpath-rfc9535';
import parse from 'jsonpath-rfc9535/parser';
import { formatError } from '../../../core/errors.ts';

/** The values that match a path of RFC 9535 in a JSON document, in its order. */
export function queryPath(document: unknown, path: string): unknown[] {
  return queryJson(document as Parameters<typeof queryJson>[0], path);
}

/** Why a path is not valid; undefined if it is. */
export function explainPath(path: string): string | undefined {
  try {
    parse(path);
    return undefined;
  } catch (error) {
    return formatError(error);
  }
}
