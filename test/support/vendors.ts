import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Vendors' own clients weigh a gigabyte, so they have a package folder of their own. */
const folder = fileURLToPath(new URL('../vendors/', import.meta.url));

/** When the tests run that are skipped without a vendor's package. */
export const VENDORS_MISSING = 'runs once `npm ci` has installed test/vendors';

/** The folder of an installed vendor package, or undefined. */
export function vendorPackage(name: string): string | undefined {
  const path = join(folder, 'node_modules', name);
  return existsSync(join(path, 'package.json')) ? path : undefined;
}

/** A JSON file of a vendor package, or undefined if it is not installed. */
export function vendorJson(name: string, file: string): unknown {
  const path = vendorPackage(name);
  return path === undefined ? undefined : JSON.parse(readFileSync(join(path, file), 'utf8'));
}

/** The path of a vendor package's program, to run with node; undefined if it is not installed. */
export function vendorProgram(name: string, program: string): string | undefined {
  const path = vendorPackage(name);
  return path === undefined ? undefined : programOf(path, program);
}

/** The path of the Vercel CLI that package.json pins, to run with node. */
export const vercelCli = programOf(fileURLToPath(new URL('../../node_modules/vercel', import.meta.url)), 'vercel');

function programOf(path: string, program: string): string {
  const manifest: { bin?: Record<string, string> } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = manifest.bin?.[program];
  if (file === undefined) throw new Error(`${path} has no program named ${program}`);
  return join(path, file);
}
