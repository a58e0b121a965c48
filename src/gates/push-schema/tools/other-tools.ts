import type { Dirent } from 'node:fs';

/** Unsupported tools, by the names of their files. As plain SQL, their down scripts would run too. */
const others: [tool: string, pattern: RegExp][] = [
  ['Flyway', /^[VUR][\d._]*__.*\.sql$/],
  ['golang-migrate', /\.(up|down)\.sql$/],
  ['Alembic', /^(env\.py|script\.py\.mako|versions)$/],
  ['Liquibase', /changelog.*\.(xml|ya?ml|json|sql)$/i],
];

export function detectOtherTool(entries: Dirent[]): string | undefined {
  return others.find(([, pattern]) => entries.some(({ name }) => pattern.test(name)))?.[0];
}
