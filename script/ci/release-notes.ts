import { readFileSync } from 'node:fs';
import { notesOf } from './changelog.ts';

/** Run by script/ci/release-notes in the root of the repository, with the version as its argument. */
const notes = notesOf(readFileSync('CHANGELOG.md', 'utf8'), process.argv[2] ?? '');
if (notes === '') throw new Error('CHANGELOG.md has no text for this version');
process.stdout.write(`${notes}\n`);
