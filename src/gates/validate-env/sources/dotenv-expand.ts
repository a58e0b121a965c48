/** References within references end here; a file that goes deeper refers to itself. */
const deepest = 100;

/**
 * Replaces `$NAME`, `${NAME}` and `${NAME:-default}` as Next.js does when it loads a dotenv file (@next/env, which has
 * dotenv-expand in it): from the last one to the first, whatever the quotes, and `\\$` stands for a dollar sign. So
 * `PASS=Kd82$hfQpz01` reaches the application as `Kd82`.
 */
export function expandVariables(values: Readonly<Record<string, string>>): Record<string, string> {
  const expanded: Record<string, string> = Object.assign(Object.create(null), values);
  for (const name of Object.keys(expanded)) {
    const value = interpolate(expanded[name] ?? '', expanded);
    expanded[name] = value.replaceAll('\\$', '$');
  }
  return { ...expanded };
}

function interpolate(text: string, values: Record<string, string>): string {
  let value = text;
  for (let depth = 0; depth < deepest; depth++) {
    const last = [...value.matchAll(/(?<!\\)\$/g)].at(-1)?.index;
    const match = last === undefined ? null : /(?<!\\)\${?(\w+)(?::-([^}\\]*))?}?/.exec(value.slice(last));
    if (match === null) return value;
    const [whole, name = '', otherwise] = match;
    value = value.replace(whole, otherwise || values[name] || '');
  }
  return value;
}
