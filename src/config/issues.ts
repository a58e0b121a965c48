import type * as z from 'zod';
import type { $ZodIssue } from 'zod/v4/core';
import { type Finding, found } from '../core/finding.ts';
import { findNearest, suggestName } from '../core/nearest.ts';
import { endSentence } from '../core/sentence.ts';
import type { ConfigDocument, Path } from './document.ts';
import { invalidValue, unknownKey } from './findings.ts';
import { listKnownKeys } from './known-keys.ts';
import { getValue } from './mapping.ts';

/** A person fixes the first ones, and each takes a search through the file. */
export const mostFindings = 100;

/** Turns the schema's issues with a document into findings at their lines. */
export function explainIssues(issues: $ZodIssue[], schema: z.ZodType, document: ConfigDocument): Finding[] {
  return issues
    .slice(0, mostFindings)
    .flatMap(issue => explainIssue(issue, [], schema, document))
    .slice(0, mostFindings);
}

function explainIssue(issue: $ZodIssue, parent: Path, schema: z.ZodType, document: ConfigDocument): Finding[] {
  const path = [...parent, ...toPath(issue)];
  if (issue.code === 'unrecognized_keys') {
    const known = listKnownKeys(schema, path, document.value);
    return issue.keys.slice(0, mostFindings).map(key =>
      found(unknownKey, {
        message: `${formatPath(path)} has the unknown key "${key}".`,
        help: suggestName(key, known),
        place: document.placeOfKey([...path, key]),
      }),
    );
  }
  const ownMessage = issue.message !== 'Invalid input';
  if (issue.code === 'invalid_union' && issue.errors.length > 0 && !ownMessage) {
    return chooseNearestBranch(issue.errors).flatMap(inner => explainIssue(inner, path, schema, document));
  }
  if (issue.code === 'invalid_key') {
    const key = path.at(-1);
    return [
      found(invalidValue, {
        message: `${formatPath(path.slice(0, -1))} has the key "${String(key)}", which is not a valid name.`,
        help: `Write ${issue.issues.map(inner => inner.message).join(', ')}.`,
        place: document.placeOfKey(path),
      }),
    ];
  }
  const value = getValue(document.value, path);
  return [
    found(invalidValue, {
      message:
        value === undefined ? `${formatPath(path)} is missing.` : `${formatPath(path)} is ${formatValue(value)}.`,
      help: endSentence(`${suggestValue(issue, value)}Expected ${describeExpected(issue)}`),
      place: document.placeOf(path),
    }),
  ];
}

/** The known value that an unknown text was probably meant to be. */
function suggestValue(issue: $ZodIssue, value: unknown): string {
  if (issue.code !== 'invalid_value' || typeof value !== 'string' || issue.values.length < 2) return '';
  const near = findNearest(value, issue.values.map(String));
  return near === undefined ? '' : `Did you mean "${near}"? `;
}

/** An unknown key weighs more than several missing keys: the keys show which form was meant. */
const weightOfUnknownKey = 5;

/** The form of a union that the value came nearest to. */
function chooseNearestBranch(branches: $ZodIssue[][]): $ZodIssue[] {
  const faults = (issues: $ZodIssue[]): number =>
    issues.reduce((sum, issue) => {
      if (issue.code === 'invalid_type' && issue.path.length === 0) return Number.POSITIVE_INFINITY;
      return sum + (issue.code === 'unrecognized_keys' ? issue.keys.length * weightOfUnknownKey : 1);
    }, 0);
  return branches.reduce((best, branch) => (faults(branch) < faults(best) ? branch : best));
}

function toPath(issue: $ZodIssue): Path {
  return issue.path.map(part => (typeof part === 'symbol' ? String(part) : part));
}

function describeExpected(issue: $ZodIssue): string {
  const ownMessage = !/^(Invalid|Too|Unrecognized)/.test(issue.message);
  if (ownMessage) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return nouns[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return `${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return issue.origin === 'array'
        ? 'a list that is not empty'
        : `at least ${issue.minimum}${issue.origin === 'string' ? ' character(s)' : ''}`;
    case 'too_big':
      return `at most ${issue.maximum}`;
    case 'invalid_union':
      return 'options' in issue && issue.options
        ? `one of ${issue.options.filter(Boolean).join(', ')}`
        : 'another form';
    default:
      return issue.message;
  }
}

/** YAML's words for zod's types. */
const nouns: Partial<Record<string, string>> = {
  object: 'a mapping',
  record: 'a mapping',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

/** `services.api.url`, `smoke.flows.order[2].post`, or `The configuration` for the file itself. */
export function formatPath(path: Path): string {
  if (path.length === 0) return 'The configuration';
  return `\`${path.map((part, index) => (typeof part === 'number' ? `[${part}]` : index === 0 ? part : `.${part}`)).join('')}\``;
}

/** People paste a connection string where a variable's name belongs, so its password is never shown. */
function formatValue(value: unknown): string {
  const text = (JSON.stringify(value) ?? String(value)).replace(/(:\/\/[^:@/\s]*:)[^\s"]*@/g, '$1***@');
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
