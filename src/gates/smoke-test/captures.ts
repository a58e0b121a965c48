import type { Capture } from '../../config/schema/smoke.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { follow, formatJsonPath, parseJsonPath } from '../../core/json-path.ts';
import type { Redactor } from '../../core/redaction.ts';
import type { Scope } from './scope.ts';
import { looksSecret } from './secrets.ts';
import type { StepAbout } from './visit.ts';

export const nothingToCapture: FindingKind = {
  code: 'smoke/nothing-to-capture',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The answer was as expected, but does not have a value that later steps need.',
  cause: 'A field, header or cookie was renamed or left out in this release, or the path of the capture is wrong.',
  remedy: 'Compare what came with the path of the capture; if the release renamed it, its clients will miss it too.',
};

/** What an answer has to capture from. */
export interface Source {
  /** The parsed JSON in an object of its own; undefined when there is none. */
  json(): { value: unknown } | undefined;
  header(name: string): string | undefined;
  cookie(name: string): string | undefined;
}

/** Gives the captured values to the scope, masks those that are secret, and finds what is missing. */
export function capture(
  captures: Record<string, Capture>,
  source: Source,
  { scope, redactor }: { scope: Scope; redactor: Redactor },
  about: StepAbout,
): Finding[] {
  return Object.entries(captures).flatMap(([name, wanted]) => {
    const { value, missing } = pick(wanted, source, scope);
    if (missing !== undefined) {
      const seen = `${about.target}: ${missing}, so there is no \${${name}}.`;
      return [found(nothingToCapture, { seen, ...about.where, place: about.placeOfCapture(name) })];
    }
    scope.set(name, value);
    for (const secret of secretsIn(name, wanted, value)) redactor.add(secret);
    return [];
  });
}

function pick(wanted: Capture, source: Source, scope: Scope): { value?: unknown; missing?: string } {
  if (typeof wanted === 'string') return fromJson(wanted, source);
  if ('json' in wanted) return fromJson(wanted.json, source);
  if ('header' in wanted) {
    const name = scope.text(wanted.header);
    return fromText(source.header(name), `the header ${name}`);
  }
  const name = scope.text(wanted.cookie);
  return fromText(source.cookie(name), `the cookie ${name}`);
}

function fromText(value: string | undefined, what: string): { value?: unknown; missing?: string } {
  return value ? { value } : { missing: `${what} is ${value === undefined ? 'missing' : 'empty'}` };
}

/** A `null` is no value that a later step could use. */
function fromJson(text: string, source: Source): { value?: unknown; missing?: string } {
  const document = source.json();
  if (!document) return { missing: `${text} is missing, since the body is no JSON that could be read` };
  const path = parseJsonPath(text) ?? [];
  const result = follow(path, document.value);
  if (!result.found)
    return { missing: `${text} is missing; ${describe(result.last, formatJsonPath(path.slice(0, result.depth)))}` };
  return result.value === null ? { missing: `${text} is null` } : { value: result.value };
}

function describe(value: unknown, at: string): string {
  if (Array.isArray(value)) return `${at} is a list of ${value.length}`;
  if (value === null || typeof value !== 'object') return `${at} is ${value === null ? 'null' : `a ${typeof value}`}`;
  const keys = Object.keys(value);
  const more = keys.length > 10 ? `, and ${keys.length - 10} more` : '';
  return keys.length === 0 ? `${at} is empty` : `${at} has ${keys.slice(0, 10).join(', ')}${more}`;
}

function secretsIn(name: string, wanted: Capture, value: unknown): string[] {
  const declared = typeof wanted === 'string' ? undefined : wanted.secret;
  if (declared === false) return [];
  const isCookie = typeof wanted !== 'string' && 'cookie' in wanted;
  return declared || isCookie || looksSecret(name, value) ? leavesOf(value) : [];
}

function leavesOf(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return [String(value)];
  return Object.values(value).flatMap(leavesOf);
}
