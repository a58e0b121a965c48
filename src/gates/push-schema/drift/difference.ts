import type { Description } from './describe.ts';

/** An object whose definition differs between two databases. */
export interface Difference {
  object: string;
  /** Undefined where it is missing. */
  expected: string | undefined;
  actual: string | undefined;
}

/** The differences, by name. Skips the parts of a table that is missing as a whole. */
export function findDifferences(expected: Description, actual: Description): Difference[] {
  const objects = [...new Set([...expected.keys(), ...actual.keys()])].sort();
  const different = objects.filter(object => expected.get(object) !== actual.get(object));
  const wholeTables = different
    .filter(object => object.startsWith('table ') && (!expected.has(object) || !actual.has(object)))
    .map(object => object.slice('table '.length));
  const isPart = (object: string) =>
    wholeTables.some(table => object.startsWith(`column ${table}.`) || object.endsWith(` of ${table}`));
  return different
    .filter(object => !isPart(object))
    .map(object => ({ object, expected: expected.get(object), actual: actual.get(object) }));
}

const shownAtMost = 10;

export interface Wording {
  /** Follows an object that exists and was not expected. */
  surplus: string;
  /** Follows an object that was expected and does not exist. */
  missing: string;
  /** Stands between the actual and the expected definition. */
  against: string;
}

/** `column public.users.email is text, and should be uuid`, for the first ones. */
export function formatDifferences(list: Difference[], { surplus, missing, against }: Wording): string {
  const shown = list.slice(0, shownAtMost).map(({ object, expected, actual }) => {
    if (actual === undefined) return `${object} ${missing}`;
    if (expected === undefined) return `${object} ${surplus}`;
    return `${object} is ${shorten(actual)}, and ${against} ${shorten(expected)}`;
  });
  const more = list.length > shownAtMost ? `; and ${list.length - shownAtMost} more` : '';
  return `${shown.join('; ')}${more}`;
}

function shorten(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
