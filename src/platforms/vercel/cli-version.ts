/** The version of Vercel's CLI that the tests use; written by `script/generate` from package.json. */
export const vercelCliVersion = '58.10.0';
