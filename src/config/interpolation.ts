import { mapTexts } from '../core/map-texts.ts';

const placeholder = /\$?\$\{([^}]*)\}/g;

/** Names in UPPER_CASE stand for variables of the step's environment. */
export function isVariableName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name);
}

/** Resolves a name to its value; undefined leaves the placeholder as it stands. */
export type Resolve = (name: string) => unknown;

/**
 * The value with each `${name}` in its strings replaced. A string that is one placeholder and nothing else takes the
 * value as it is, so that a captured number stays a number. `$${name}` is kept as the literal `${name}`.
 */
export function interpolate(value: unknown, resolve: Resolve): unknown {
  return mapTexts(value, text => interpolateText(text, resolve));
}

function interpolateText(text: string, resolve: Resolve): unknown {
  if (!text.includes('${')) return text; // most have no name in them
  const whole = /^\$\{([^}]*)\}$/.exec(text);
  if (whole?.[1] !== undefined) {
    const value = resolve(whole[1].trim());
    return value === undefined ? text : value; // null is a value of JSON
  }
  return text.replace(placeholder, (match, name: string) => {
    if (match.startsWith('$$')) return match;
    const value = resolve(name.trim());
    return value === undefined ? match : asText(value);
  });
}

/** Takes the escape off `$${name}`; the last step, once all names are resolved. */
export function unescapeText(text: string): string {
  return text.replaceAll('$${', '${');
}

/** Whether any text in a value has a name to replace, or one that is escaped. */
export function hasPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('${');
  if (value === null || typeof value !== 'object') return false;
  for (const key in value) if (hasPlaceholder(value[key as keyof typeof value])) return true; // makes no list of them
  return false;
}

/** The same of the keys of its mappings as well. */
export function hasPlaceholderAnywhere(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return hasPlaceholder(value);
  return Object.entries(value).some(([key, item]) => key.includes('${') || hasPlaceholderAnywhere(item));
}

/** The names in the strings of a value and in the keys of its mappings. */
export function listNamesAnywhere(value: unknown): string[] {
  if (value === null || typeof value !== 'object') return listNames(value);
  return Object.entries(value).flatMap(([key, item]) => [...listNames(key), ...listNamesAnywhere(item)]);
}

/** The names that a value's strings refer to. */
export function listNames(value: unknown): string[] {
  const names: string[] = [];
  interpolate(value, name => {
    names.push(name);
    return undefined;
  });
  return names;
}

function asText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
