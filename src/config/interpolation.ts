import { mapTexts } from '../core/map-texts.ts';

const placeholder = /\$?\$\{([^}]*)\}/g;

/** Names in UPPER_CASE stand for variables of the step's environment. */
export function isVariableName(name: string): boolean {
  return /^[A-Z][A-Z0-9_]*$/.test(name);
}

/** Resolves a name to its value. Undefined leaves the placeholder unchanged. */
export type Resolve = (name: string) => unknown;

/**
 * Replaces each `${name}` in the strings of a value. A string that is only one placeholder becomes the value itself, so
 * that a captured number stays a number. `$${name}` stays, as the escape of the literal `${name}`.
 */
export function interpolate(value: unknown, resolve: Resolve): unknown {
  return mapTexts(value, text => interpolateText(text, resolve));
}

function interpolateText(text: string, resolve: Resolve): unknown {
  if (!text.includes('${')) return text; // most texts
  const whole = /^\$\{([^}]*)\}$/.exec(text);
  if (whole?.[1] !== undefined) {
    const value = resolve(whole[1].trim());
    return value === undefined ? text : value; // null is a value of JSON
  }
  const end = text.lastIndexOf('}') + 1; // beyond it, each `${` would be searched to the end of the text
  return (
    text.slice(0, end).replace(placeholder, (match, name: string) => {
      if (match.startsWith('$$')) return match;
      const value = resolve(name.trim());
      return value === undefined ? match : toText(value);
    }) + text.slice(end)
  );
}

/** Turns `$${name}` into `${name}`, once all names are resolved. */
export function unescapeText(text: string): string {
  return text.replaceAll('$${', '${');
}

/** Whether any text in a value has a placeholder, or an escaped one. */
export function hasPlaceholder(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('${');
  if (value === null || typeof value !== 'object') return false;
  for (const key in value) if (hasPlaceholder(value[key as keyof typeof value])) return true; // without a list of the keys
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

function toText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
