import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Vendors' clients and descriptions from the npm registry, which the contract tests run. */
const names = ['@vercel/sdk', '@octokit/openapi'];

/** Installs the newest versions into test/vendors, and says what they were. */
export function refreshPackages(root: string): string {
  const folder = join(root, 'test/vendors');
  const before = readVersions(folder);
  const newest = Object.fromEntries(names.map(name => [name, askVersion(name)]));
  const newer = names.filter(name => before[name] !== newest[name]);
  if (newer.length > 0) {
    npm(['install', '--save-exact', '--prefix', folder, ...newer.map(name => `${name}@${newest[name]}`)]);
  }
  const lines = names.map(
    name => `${name}: ${newer.includes(name) ? `${before[name]} → ` : ''}${newest[name]} in test/vendors`,
  );
  const pinned = readVersions(root).vercel;
  return [...lines, `vercel: ${pinned} in package.json; the newest is ${askVersion('vercel')}`].join('\n');
}

function readVersions(folder: string): Record<string, string> {
  const manifest: Partial<Record<'dependencies' | 'devDependencies', Record<string, string>>> = JSON.parse(
    readFileSync(join(folder, 'package.json'), 'utf8'),
  );
  return { ...manifest.dependencies, ...manifest.devDependencies };
}

function askVersion(name: string): string {
  return npm(['view', name, 'version']).trim();
}

function npm(args: string[]): string {
  return execFileSync('npm', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
}
