import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refreshPackages } from './vendors/packages.ts';
import { refreshSnapshot } from './vendors/refresh.ts';
import { snapshots } from './vendors/snapshots.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [folder = join(root, 'test/contracts')] = process.argv.slice(2);

for (const snapshot of snapshots) print(refreshSnapshot(snapshot, { folder, root, host: 'https://github.com' }));
print(refreshPackages(root));
print('Run `script/test test/support/emulators test/platforms`, then update the dates in src/platforms/README.md.');

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
