import { query as queryJson } from 'jsonpath-rfc9535';
import parse from 'jsonpath-rfc9535/parser';
import { formatError } from '../../../core/errors.ts';

/** The values that a path of RFC 9535 names in a JSON document, in its order. */
export function query(document: unknown, path: string): unknown[] {
  return queryJson(document as Parameters<typeof queryJson>[0], path);
}

/** What is wrong with a path; undefined if nothing is. */
export function faultOf(path: string): string | undefined {
  try {
    parse(path);
    return undefined;
  } catch (error) {
    return formatError(error);
  }
}
