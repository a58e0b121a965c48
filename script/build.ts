import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle, gates } from './bundle.ts';

/** Builds dist/, or the folder that is given. */
await bundle(resolve(process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../dist')));
process.stdout.write(`built ${gates().join(', ')}\n`);
