import { expect } from '@jest/globals';
import type { Scenario } from './scenario.ts';

export const changedFilesScenarios: Scenario[] = [
  {
    name: 'what a pull request changes is listed page by page',
    async run({ call, github }) {
      github.changedFiles.files.set(7, [
        { path: 'migrations/2_orders.sql', status: 'added' },
        { path: 'README.md', status: 'modified' },
        { path: 'migrations/3_items.sql', status: 'renamed', from: 'migrations/1_items.sql' },
      ]);
      expect((await call('GET /pulls/7/files?per_page=2')).body).toMatchObject([
        { filename: 'migrations/2_orders.sql', status: 'added' },
        { filename: 'README.md', status: 'modified' },
      ]);
      expect((await call('GET /pulls/7/files?per_page=2&page=2')).body).toMatchObject([
        { filename: 'migrations/3_items.sql', status: 'renamed', previous_filename: 'migrations/1_items.sql' },
      ]);
      expect((await call('GET /pulls/99/files')).status).toBe(404);
    },
  },
  {
    name: 'of a great pull request no more than 3,000 files are listed',
    async run({ call, github }) {
      const files = Array.from({ length: 3_001 }, (_, index) => ({ path: `${index}.sql`, status: 'added' as const }));
      github.changedFiles.files.set(7, files);
      expect((await call<unknown[]>('GET /pulls/7/files?per_page=100&page=30')).body).toHaveLength(100);
      expect((await call('GET /pulls/7/files?per_page=100&page=31')).body).toEqual([]);
    },
  },
  {
    name: 'what a pull request changes is not told to a token without the permission',
    options: { permissions: { contents: 'read' } },
    async run({ call }) {
      expect((await call('GET /pulls/7/files')).status).toBe(403);
    },
  },
];
