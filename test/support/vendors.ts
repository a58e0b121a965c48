import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package folder of vendors' own clients; large, so it is installed by those who need it. */
const folder = fileURLToPath(new URL('../vendors/', import.meta.url));

/** Why the tests that need a vendor's package are skipped where it is not installed. */
export const VENDORS_MISSING = 'the vendors are not installed (npm ci in test/vendors)';

/** The folder of an installed vendor package, or undefined. */
export function vendorPackage(name: string): string | undefined {
  const path = join(folder, 'node_modules', name);
  return existsSync(join(path, 'package.json')) ? path : undefined;
}

/** The JSON file of a vendor package, or undefined where it is not installed. */
export function vendorJson(name: string, file: string): unknown {
  const path = vendorPackage(name);
  return path === undefined ? undefined : JSON.parse(readFileSync(join(path, file), 'utf8'));
}

/** The path of the program a vendor package installs, to run with node; undefined where it is not installed. */
export function vendorProgram(name: string, program: string): string | undefined {
  const path = vendorPackage(name);
  if (path === undefined) return undefined;
  const manifest: { bin?: Record<string, string> } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = manifest.bin?.[program];
  return file === undefined ? undefined : join(path, file);
}
