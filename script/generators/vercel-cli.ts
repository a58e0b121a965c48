/** The source file with the version of Vercel's CLI that `npx` runs: the one that package.json pins and the tests use. */
export function vercelCli(packageJson: string): string {
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(packageJson);
  const version = devDependencies.vercel ?? '';
  if (!/^\d+\.\d+\.\d+$/.test(version)) throw new Error('package.json must pin vercel to an exact version');
  return [
    "/** The version of Vercel's CLI that the tests use; written by `script/generate` from package.json. */",
    `export const vercelCliVersion = '${version}';`,
    '',
  ].join('\n');
}
