import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Value } from '../expressions/expressions.ts';

/** The folders of one job: an empty workspace, a fresh temp, and the event's file in it. */
export interface JobFolders {
  workspace: string;
  temp: string;
  tools: string;
  eventFile: string;
  remove(): void;
}

export function createJobFolders(repository: string, event: Value): JobFolders {
  const root = mkdtempSync(join(realpathSync(tmpdir()), 'release-gates-job-'));
  const name = repository.split('/')[1] ?? repository;
  const folders = {
    workspace: join(root, 'work', name, name),
    temp: join(root, 'work', '_temp'),
    tools: join(root, 'tools'),
  };
  for (const folder of Object.values(folders)) mkdirSync(folder, { recursive: true });
  const eventFolder = join(folders.temp, '_github_workflow');
  mkdirSync(eventFolder);
  const eventFile = join(eventFolder, 'event.json');
  writeFileSync(eventFile, JSON.stringify(event));
  // A process of the job may still be writing when it is killed: try again.
  return { ...folders, eventFile, remove: () => rmSync(root, { recursive: true, force: true, maxRetries: 5 }) };
}
