import type { Description } from './describe.ts';

/** One object that two databases do not have alike. */
export interface Difference {
  object: string;
  /** Undefined where it is missing. */
  expected: string | undefined;
  actual: string | undefined;
}

/** What differs, by name; the parts of a table that is missing as a whole are left out. */
export function differences(expected: Description, actual: Description): Difference[] {
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

/** How a difference is told. */
export interface Wording {
  /** What follows an object that is there and was not expected. */
  surplus: string;
  /** What follows one that was expected and is not there. */
  missing: string;
  /** What stands between the actual and the expected definition. */
  against: string;
}

/** A sentence for each, the first ones only: `column public.users.email is text, and should be uuid`. */
export function sentences(list: Difference[], { surplus, missing, against }: Wording): string {
  const shown = list.slice(0, shownAtMost).map(({ object, expected, actual }) => {
    if (actual === undefined) return `${object} ${missing}`;
    if (expected === undefined) return `${object} ${surplus}`;
    return `${object} is ${shortened(actual)}, and ${against} ${shortened(expected)}`;
  });
  const more = list.length > shownAtMost ? `; and ${list.length - shownAtMost} more` : '';
  return `${shown.join('; ')}${more}`;
}

function shortened(text: string): string {
  return text.length > 120 ? `${text.slice(0, 119)}…` : text;
}
