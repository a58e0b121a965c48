import type { Description } from './describe.ts';

/** An object whose definition differs between two databases. */
export interface Difference {
  object: string;
  /** Undefined where it is missing. */
  expected: string | undefined;
  actual: string | undefined;
}

/** The differences, tables first. Skips the parts of a table or function that is missing as a whole. */
export function findDifferences(expected: Description, actual: Description): Difference[] {
  const objects = [...new Set([...expected.keys(), ...actual.keys()])].sort();
  const different = objects.filter(object => expected.get(object) !== actual.get(object));
  const wholes = new Set(
    different
      .filter(object => /^(table|function) /.test(object) && (!expected.has(object) || !actual.has(object)))
      .map(object => object.replace(/^table /, '')),
  );
  const isPart = (object: string) => wholes.has(findWhole(object));
  const tablesFirst = (one: string, other: string) =>
    Number(other.startsWith('table ')) - Number(one.startsWith('table '));
  return different
    .filter(object => !isPart(object))
    .sort(tablesFirst)
    .map(object => ({ object, expected: expected.get(object), actual: actual.get(object) }));
}

/** The table or function that a column, or what is `of` it, is a part of; empty for anything else. */
function findWhole(object: string): string {
  const column = /^column (.*)\.[^.]*$/.exec(object)?.[1];
  return column ?? (object.includes(' of ') ? object.slice(object.lastIndexOf(' of ') + ' of '.length) : '');
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
