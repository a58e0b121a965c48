/** The booleans of YAML 1.2 and 1.1. */
const flags = new Map([
  ...['true', 'yes', 'on', 'y'].map(text => [text, true] as const),
  ...['false', 'no', 'off', 'n'].map(text => [text, false] as const),
]);

/** What YAML reads as a boolean, in any case and with blanks around it; undefined for anything else. */
export function parseFlag(text: string): boolean | undefined {
  return flags.get(text.trim().toLowerCase());
}
