import { globSync } from 'node:fs';
import { join } from 'node:path';
import type { FindingKind } from '../../src/core/finding.ts';

/** A page with a section for every kind of finding that the sources export. */
export async function findingsReference(sources: string): Promise<string> {
  const kinds = new Map<string, FindingKind>();
  for (const file of globSync('**/*.ts', { cwd: sources }).sort()) {
    if (file.startsWith('entries')) continue; // importing an entry runs its gate
    const module: Record<string, unknown> = await import(join(sources, file));
    for (const value of Object.values(module)) if (isKind(value)) kinds.set(value.code, value);
  }
  const sections = [...kinds.values()].sort((a, b) => (a.code < b.code ? -1 : 1)).map(section);
  return [
    '# Findings',
    '',
    'Every finding has a stable code. The finding itself says what happened and what to do; this page explains each code.',
    '`script/generate` makes it from the sources.',
    '',
    ...sections,
  ].join('\n');
}

function section(kind: FindingKind): string {
  return [
    `## ${kind.code}`,
    '',
    `${kind.meaning} *${kind.severity}, ${kind.boundary}*`,
    '',
    `- **How it arises:** ${kind.cause}`,
    `- **What to do:** ${kind.help}`,
    '',
  ].join('\n');
}

function isKind(value: unknown): value is FindingKind {
  return value !== null && typeof value === 'object' && 'code' in value && 'meaning' in value && 'cause' in value;
}
