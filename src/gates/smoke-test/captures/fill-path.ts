import { invalidValue } from '../../../config/findings.ts';
import { GateError } from '../../../core/errors.ts';
import { found } from '../../../core/finding.ts';

const part = /\\[\s\S]|['"]|\$?\$\{(?<name>[^}]*)\}/g;

/**
 * The JSON path with each `${name}` replaced as data: within quotes as text, elsewhere as a literal. No value can become
 * syntax of the path. `$${name}` stays `${name}`.
 */
export function fillPath(path: string, resolve: (name: string) => unknown): string {
  if (!path.includes('${')) return path;
  let quote: string | undefined;
  return path.replace(part, (text, name: string | undefined) => {
    if (text.startsWith('$$')) return text.slice(1);
    if (name !== undefined) return formatLiteral(resolve(name.trim()), quote);
    if (text === quote) quote = undefined;
    else if (text.length === 1) quote ??= text;
    return text;
  });
}

function formatLiteral(value: unknown, quote: string | undefined): string {
  if (value !== null && typeof value === 'object') {
    const message = `A JSON path needs a text, number, boolean or null, but the value is ${JSON.stringify(value)}.`;
    throw new GateError([found(invalidValue, { message, help: 'Capture a single value for it.' })]);
  }
  if (quote === undefined) return JSON.stringify(value);
  const escaped = JSON.stringify(typeof value === 'string' ? value : JSON.stringify(value)).slice(1, -1);
  // RFC 9535, section 2.3.1.1: each kind of quotes escapes only its own.
  return quote === '"' ? escaped : escaped.replace(/\\"|'/g, found => (found === "'" ? "\\'" : '"'));
}
