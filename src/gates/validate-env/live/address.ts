import type { Variables } from '../../../core/context.ts';
import { percentEncodeStrictly } from '../../../core/secret-forms.ts';
import { looksLikeSecret } from '../../../core/secret-variables.ts';
import { findUnescaped } from '../types/escaping.ts';

/** A whole address, or why the values cannot be put into it; the reason completes a sentence and shows no value. */
export type Filled = { url: string; forms: string[] } | { problem: string };

/**
 * Puts variables into the declared address, each encoded for the component where it stands, so that no value changes the
 * host or the path of the request. `forms`: how the address shows the values otherwise.
 */
export function fillAddress(template: string, variables: Variables): Filled {
  const forms: string[] = [];
  let url = '';
  let end = 0;
  for (const match of template.matchAll(/\$?\$\{([^}]*)\}/g)) {
    url += template.slice(end, match.index);
    end = match.index + match[0].length;
    const name = match[1]?.trim() ?? '';
    const value = variables[name];
    if (match[0].startsWith('$$') || value === undefined) {
      url += match[0];
      continue;
    }
    const part = fillPart({ name, value }, url, template.slice(end));
    if (part === undefined) return { problem: `${name} cannot stand at its place in the address` };
    url += part.text;
    forms.push(...part.forms);
  }
  return { url: url + template.slice(end), forms };
}

interface Filling {
  name: string;
  value: string;
}

interface Part {
  text: string;
  forms: string[];
}

function fillPart({ name, value }: Filling, before: string, after: string): Part | undefined {
  if (before === '') return fillStart({ name, value }, after);
  const isInAuthority = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*$/i.test(before);
  if (isInAuthority && !/^[^/?#]*@/.test(after)) return fillHost(value);
  const text = percentEncodeStrictly(value.toWellFormed());
  // A URL parser drops these segments, and the request would go to another path.
  const isWholeSegment = before.endsWith('/') && /^(?:[/?#]|$)/.test(after);
  return isWholeSegment && /^\.{1,2}$/.test(value) ? undefined : { text, forms: [] };
}

/** A value that begins the address is an address itself. */
function fillStart({ name, value }: Filling, after: string): Part | undefined {
  if (!URL.canParse(value) || findUnescaped(value).length > 0) return undefined;
  if (after !== '' && /[?#]/.test(value)) return undefined;
  const { href, origin, pathname, search } = new URL(value);
  // The path of a public address is a word of many messages.
  const ofPath = looksLikeSecret(name, value) ? [`${origin}${pathname}`, `${pathname}${search}`] : [];
  return { text: value, forms: [href, ...ofPath] };
}

function fillHost(value: string): Part | undefined {
  return /^[a-z0-9.-]+(?::\d{1,5})?$/i.test(value) ? { text: value, forms: [value.toLowerCase()] } : undefined;
}
