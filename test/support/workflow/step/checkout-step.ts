import { cpSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Execution } from './execution.ts';

/** Stands in for actions/checkout: copies the consumer's files to the workspace, or to `path` in it. */
export function checkOut(withs: Record<string, string>, execution: Execution): void {
  const { sources, contexts } = execution.job;
  const target = resolve(sources.workspace, withs.path ?? '');
  cpSync(sources.consumer.folder, target, { recursive: true });
  execution.output(`Checked out ${sources.consumer.repository} at ${contexts.github.ref}`);
  execution.setOutput('ref', String(contexts.github.ref));
  execution.setOutput('commit', String(contexts.github.sha));
}
