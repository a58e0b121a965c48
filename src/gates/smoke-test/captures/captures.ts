import type { Capture } from '../../../config/schema/smoke.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { matchPattern } from '../../../core/pattern.ts';
import { decodeHtml } from '../../../expectations/html-tags.ts';
import type { Scope } from '../scope.ts';
import { looksSecret } from '../secrets.ts';
import type { StepAbout, Visit } from '../visit.ts';
import { select } from './select.ts';

export const captureNotFound: FindingKind = {
  code: 'smoke/capture-not-found',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The answer is as expected, but lacks a value that later steps need.',
  cause: 'This release renamed or removed a field, header or cookie, or the path of the capture is wrong.',
  help: 'Compare the answer with the path of the capture. If the release renamed the field, its clients will break too.',
};

/** What a step can capture from. */
export interface Source {
  /** The parsed JSON, wrapped in an object; undefined if there is none. */
  json(): { value: unknown } | undefined;
  text(): string;
  /** Whether the text is HTML, in which `&amp;` stands for `&`. */
  isHtml?: boolean;
  header?(name: string): string | undefined;
  cookie?(name: string): string | undefined;
  status?: number;
}

type Picked = { value: unknown } | { missing: string };

/** Stores the captured values in the scope, masks secrets, and finds what is missing. */
export async function capture(
  captures: Record<string, Capture>,
  source: Source,
  { scope, context }: Visit,
  about: StepAbout,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, wanted] of Object.entries(captures)) {
    const picked = convert(await pick(wanted, source, scope), wanted);
    if ('missing' in picked) {
      const message = `${about.target}: ${picked.missing}, so \${${name}} has no value.`;
      findings.push(found(captureNotFound, { message, ...about.where, place: about.placeOfCapture(name) }));
      continue;
    }
    scope.set(name, picked.value);
    for (const secret of findSecrets(name, wanted, picked.value)) context.redactor.add(secret);
  }
  return findings;
}

async function pick(wanted: Capture, source: Source, scope: Scope): Promise<Picked> {
  if (typeof wanted === 'string') return pickJson(scope.resolvePath(wanted), source);
  if ('json' in wanted) {
    const path = scope.resolvePath(wanted.json);
    return wanted.all ? pickAll(path, source) : pickJson(path, source);
  }
  if ('text' in wanted) return pickMatch(scope.resolvePattern(wanted.text), source);
  if ('status' in wanted)
    return source.status === undefined ? { missing: 'the step has no status' } : { value: source.status };
  if ('header' in wanted) {
    const name = scope.resolveText(wanted.header);
    return requireText(source.header?.(name), `the header ${name}`);
  }
  const name = scope.resolveText(wanted.cookie);
  return requireText(source.cookie?.(name), `the cookie ${name}`);
}

function requireText(value: string | undefined, what: string): Picked {
  return value ? { value } : { missing: `${what} is ${value === undefined ? 'missing' : 'empty'}` };
}

function pickMatch(pattern: string, { text, isHtml }: Source): Picked {
  const match = matchPattern(pattern, text());
  const value = match?.[1] ?? match?.[0];
  return value !== undefined
    ? { value: isHtml ? decodeHtml(value) : value }
    : { missing: `nothing in the text matches ${pattern}` };
}

/** The only value at the path. A `null` counts as missing, because later steps could not use it. */
async function pickJson(path: string, source: Source): Promise<Picked> {
  const document = source.json();
  if (!document) return notJson(path);
  const selected = await select(path, document.value);
  if ('missing' in selected) return selected;
  const { values } = selected;
  if (values.length > 1) {
    return {
      missing: `${path} matches ${values.length} values instead of one; capture all of them with \`all: true\``,
    };
  }
  return values[0] === null ? { missing: `${path} is null` } : { value: values[0] };
}

async function pickAll(path: string, source: Source): Promise<Picked> {
  const document = source.json();
  if (!document) return notJson(path);
  const selected = await select(path, document.value);
  return { value: 'missing' in selected ? [] : selected.values };
}

function notJson(path: string): Picked {
  return { missing: `${path} is missing, because the body is not readable JSON` };
}

function convert(picked: Picked, wanted: Capture): Picked {
  const as = typeof wanted === 'string' ? undefined : wanted.as;
  if (as === undefined || 'missing' in picked) return picked;
  const { value } = picked;
  if (as === 'text') return { value: typeof value === 'string' ? value : JSON.stringify(value) };
  if (as === 'boolean') {
    if (String(value) === 'true' || String(value) === 'false') return { value: String(value) === 'true' };
    return { missing: `${JSON.stringify(value)} is neither true nor false` };
  }
  if (typeof value === 'bigint') return { value };
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? { value: number } : { missing: `${JSON.stringify(value)} is not a number` };
}

function findSecrets(name: string, wanted: Capture, value: unknown): string[] {
  const declared = typeof wanted === 'string' ? undefined : wanted.secret;
  if (declared === false) return [];
  const isCookie = typeof wanted !== 'string' && 'cookie' in wanted;
  return declared || isCookie || looksSecret(name, value) ? listLeaves(value) : [];
}

function listLeaves(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [String(value)];
  return Object.values(value).flatMap(listLeaves);
}
