import type { Capture } from '../../../config/schema/smoke.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { looksSecret } from '../secrets.ts';
import type { StepAbout, Visit } from '../visit.ts';
import { select } from './select.ts';

export const nothingToCapture: FindingKind = {
  code: 'smoke/nothing-to-capture',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The answer was as expected, but does not have a value that later steps need.',
  cause: 'A field, header or cookie was renamed or left out in this release, or the path of the capture is wrong.',
  help: 'Compare what came with the path of the capture; if the release renamed it, its clients will miss it too.',
};

/** What an answer has to capture from; what a step does not have is left out. */
export interface Source {
  /** The parsed JSON in an object of its own; undefined when there is none. */
  json(): { value: unknown } | undefined;
  text(): string;
  header?(name: string): string | undefined;
  cookie?(name: string): string | undefined;
  status?: number;
}

type Picked = { value: unknown } | { missing: string };

/** Gives the captured values to the scope, masks those that are secret, and finds what is missing. */
export async function capture(
  captures: Record<string, Capture>,
  source: Source,
  { scope, context }: Visit,
  about: StepAbout,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const [name, wanted] of Object.entries(captures)) {
    const picked = typed(await pick(wanted, source, text => scope.text(text)), wanted);
    if ('missing' in picked) {
      const message = `${about.target}: ${picked.missing}, so there is no \${${name}}.`;
      findings.push(found(nothingToCapture, { message, ...about.where, place: about.placeOfCapture(name) }));
      continue;
    }
    scope.set(name, picked.value);
    for (const secret of secretsIn(name, wanted, picked.value)) context.redactor.add(secret);
  }
  return findings;
}

async function pick(wanted: Capture, source: Source, resolve: (text: string) => string): Promise<Picked> {
  if (typeof wanted === 'string') return fromJson(wanted, false, source);
  if ('json' in wanted) return fromJson(wanted.json, wanted.all === true, source);
  if ('text' in wanted) return fromPattern(resolve(wanted.text), source.text());
  if ('status' in wanted)
    return source.status === undefined ? { missing: 'there is no status' } : { value: source.status };
  if ('header' in wanted) {
    const name = resolve(wanted.header);
    return fromText(source.header?.(name), `the header ${name}`);
  }
  const name = resolve(wanted.cookie);
  return fromText(source.cookie?.(name), `the cookie ${name}`);
}

function fromText(value: string | undefined, what: string): Picked {
  return value ? { value } : { missing: `${what} is ${value === undefined ? 'missing' : 'empty'}` };
}

function fromPattern(pattern: string, text: string): Picked {
  const match = new RegExp(pattern).exec(text);
  return match ? { value: match[1] ?? match[0] } : { missing: `nothing in the text matches ${pattern}` };
}

/** A `null` is no value that a later step could use. */
async function fromJson(path: string, all: boolean, source: Source): Promise<Picked> {
  const document = source.json();
  if (!document) return { missing: `${path} is missing, since the body is no JSON that could be read` };
  const selected = await select(path, document.value);
  if ('missing' in selected) return all ? { value: [] } : selected;
  const { values } = selected;
  if (all) return { value: values };
  if (values.length > 1) {
    return { missing: `${path} names ${values.length} values where one is meant; take them all with \`all: true\`` };
  }
  return values[0] === null ? { missing: `${path} is null` } : { value: values[0] };
}

function typed(picked: Picked, wanted: Capture): Picked {
  const as = typeof wanted === 'string' ? undefined : wanted.as;
  if (as === undefined || 'missing' in picked) return picked;
  const { value } = picked;
  if (as === 'text') return { value: typeof value === 'string' ? value : JSON.stringify(value) };
  if (as === 'boolean') {
    if (String(value) === 'true' || String(value) === 'false') return { value: String(value) === 'true' };
    return { missing: `${JSON.stringify(value)} is neither true nor false` };
  }
  const number = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(number) ? { value: number } : { missing: `${JSON.stringify(value)} is no number` };
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
