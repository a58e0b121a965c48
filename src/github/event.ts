import { readFileSync } from 'node:fs';
import type { Variables } from '../core/context.ts';

/**
 * Whether the run is a pull request from a fork, to which GitHub gives no secrets and a read-only token
 * (docs: GitHub Actions, events that trigger workflows, `pull_request`). An event file that cannot be read counts as no.
 */
export function isForkPullRequest(variables: Variables): boolean {
  if (variables.GITHUB_EVENT_NAME !== 'pull_request' || !variables.GITHUB_EVENT_PATH) return false;
  const head = headRepository(variables.GITHUB_EVENT_PATH);
  return head !== undefined && head !== variables.GITHUB_REPOSITORY;
}

function headRepository(path: string): string | undefined {
  try {
    const event: { pull_request?: { head?: { repo?: { full_name?: string } | null } } } = JSON.parse(
      readFileSync(path, 'utf8'),
    );
    // A deleted fork has no repository any more.
    return event.pull_request ? (event.pull_request.head?.repo?.full_name ?? '') : undefined;
  } catch {
    return undefined; // started by hand without an event file
  }
}
