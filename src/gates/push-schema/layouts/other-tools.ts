import type { Dirent } from 'node:fs';

/** Tools that are not known, by what their files are called; plain SQL would run their way back, too. */
const others: [tool: string, pattern: RegExp][] = [
  ['Flyway', /^[VUR][\d._]*__.*\.sql$/],
  ['golang-migrate', /\.(up|down)\.sql$/],
  ['Alembic', /^(env\.py|script\.py\.mako|versions)$/],
  ['Liquibase', /changelog.*\.(xml|ya?ml|json|sql)$/i],
];

export function otherToolOf(entries: Dirent[]): string | undefined {
  return others.find(([, pattern]) => entries.some(({ name }) => pattern.test(name)))?.[0];
}
