/** A line of output that speaks to the runner. */
export interface Command {
  name: string;
  properties: Map<string, string>;
  data: string;
}

type Escapes = [escaped: string, text: string][];

// The order is the runner's: `%25` comes last, so that `%250A` gives `%0A` (actions/runner, ActionCommand.cs).
const DATA_ESCAPES: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%25', '%'],
];
const PROPERTY_ESCAPES: Escapes = [
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%3A', ':'],
  ['%2C', ','],
  ['%25', '%'],
];
const LEGACY_ESCAPES: Escapes = [
  ['%3B', ';'],
  ['%0D', '\r'],
  ['%0A', '\n'],
  ['%5D', ']'],
  ['%25', '%'],
];

/**
 * Reads `::name key=value,…::data` at the start of a line, or the legacy `##[name key=value;…]data` anywhere in it.
 * A name that `isRegistered` does not know makes the line plain output.
 */
export function parseCommand(line: string, isRegistered: (name: string) => boolean): Command | undefined {
  return parseCurrent(line, isRegistered) ?? parseLegacy(line, isRegistered);
}

function parseCurrent(line: string, isRegistered: (name: string) => boolean): Command | undefined {
  const trimmed = line.trimStart();
  if (!trimmed.startsWith('::')) return undefined;
  const end = trimmed.indexOf('::', 2);
  if (end < 0) return undefined;
  const { name, rest } = splitName(trimmed.slice(2, end));
  if (!isRegistered(name)) return undefined;
  const properties = parseProperties(rest.trim(), ',', PROPERTY_ESCAPES);
  return { name: name.toLowerCase(), properties, data: decode(trimmed.slice(end + 2), DATA_ESCAPES) };
}

function parseLegacy(line: string, isRegistered: (name: string) => boolean): Command | undefined {
  const start = line.indexOf('##[');
  const end = start < 0 ? -1 : line.indexOf(']', start);
  if (end < 0) return undefined;
  const { name, rest } = splitName(line.slice(start + 3, end));
  if (!isRegistered(name)) return undefined;
  const properties = parseProperties(rest, ';', LEGACY_ESCAPES);
  return { name: name.toLowerCase(), properties, data: decode(line.slice(end + 1), LEGACY_ESCAPES) };
}

function splitName(info: string): { name: string; rest: string } {
  const space = info.indexOf(' ');
  return space < 0 ? { name: info, rest: '' } : { name: info.slice(0, space), rest: info.slice(space + 1) };
}

/** Keys are compared without case; a property without a value is left out. */
function parseProperties(text: string, separator: string, escapes: Escapes): Map<string, string> {
  const properties = new Map<string, string>();
  for (const property of text.split(separator)) {
    const equals = property.indexOf('=');
    const value = property.slice(equals + 1);
    if (equals > 0 && value !== '') properties.set(property.slice(0, equals).toLowerCase(), decode(value, escapes));
  }
  return properties;
}

function decode(text: string, escapes: Escapes): string {
  return escapes.reduce((decoded, [from, to]) => decoded.replaceAll(from, to), text);
}
