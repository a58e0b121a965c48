import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Metafile, type Plugin } from 'esbuild';
import { licensesOf } from './licenses.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** The toolkit does not declare that its modules do nothing when loaded, so unused ones (OpenID, undici, exec) would stay in. */
const withoutSideEffects: Plugin = {
  name: 'without-side-effects',
  setup(builder) {
    builder.onResolve({ filter: /^(?:@actions\/|\.)/ }, async ({ path, pluginData, ...rest }) => {
      const ofToolkit = path.startsWith('@actions/') || rest.importer.includes('/node_modules/@actions/');
      if (pluginData === 'resolved' || !ofToolkit) return undefined;
      const resolved = await builder.resolve(path, { ...rest, pluginData: 'resolved' });
      return { ...resolved, sideEffects: false };
    });
  },
};

/**
 * The toolkit brings an undici of its own, half a megabyte that a runner would download beside ours. Octokit and its
 * HTTP client use only these two of it.
 */
const oneUndici: Plugin = {
  name: 'one-undici',
  setup(builder) {
    builder.onResolve({ filter: /^undici$/ }, ({ importer }) =>
      importer.includes('/node_modules/@actions/') ? { path: 'undici', namespace: 'one-undici' } : undefined,
    );
    builder.onLoad({ filter: /.*/, namespace: 'one-undici' }, () => ({
      contents: `import { fetch } from 'undici/lib/web/fetch/index.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';
export { fetch, ProxyAgent };
`,
      resolveDir: root,
    }));
  },
};

/** A gate begins before its code is loaded: see src/github/begin.ts. */
const beginning: Plugin = {
  name: 'beginning',
  setup(builder) {
    builder.onResolve({ filter: /^gate:/ }, ({ path }) => ({ path: path.slice('gate:'.length), namespace: 'gate' }));
    builder.onLoad({ filter: /.*/, namespace: 'gate' }, ({ path: gate }) => ({
      contents: `import { begin } from './src/github/begin.ts';\nbegin();\nawait import('./src/entries/${gate}.ts');\n`,
      resolveDir: root,
    }));
  },
};

/** PostgreSQL's parser, compiled; libpg-query reads it from the folder of its own code. */
const parser = 'libpg-query.wasm';

/** The names of the gates: each is one entry, and some have another one for the end of the job. */
export function gates(): string[] {
  return entries().filter(name => !name.endsWith('-post'));
}

function entries(): string[] {
  return readdirSync(join(root, 'src/entries'))
    .map(file => file.replace(/\.ts$/, ''))
    .sort();
}

/**
 * Writes what the actions run, and the licences of what is in it, into an emptied folder. Answers with esbuild's account
 * of what is in which file; its paths are relative to the root of the repository.
 */
export async function bundle(out: string): Promise<Metafile> {
  rmSync(out, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: entries().map(entry => ({ in: `gate:${entry}`, out: entry })),
    outdir: out,
    entryNames: '[name]',
    chunkNames: 'chunks/[name]-[hash]',
    outExtension: { '.js': '.mjs' },
    absWorkingDir: root, // paths in the output are relative to it: the same bytes from any folder
    bundle: true,
    metafile: true,
    splitting: true, // clients that a run does not use are not even parsed
    format: 'esm',
    platform: 'node',
    target: 'node24',
    minifySyntax: true,
    minifyWhitespace: true,
    keepNames: false,
    define: { __dirname: 'import.meta.dirname' }, // where the SQL parser looks for its WebAssembly
    legalComments: 'none', // dist/licenses.txt has them all
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    plugins: [beginning, oneUndici, withoutSideEffects],
    logLevel: 'warning',
  });
  writeFileSync(join(out, 'chunks', parser), readFileSync(join(root, 'node_modules/libpg-query/wasm', parser)));
  writeFileSync(join(out, 'licenses.txt'), licensesOf(metafile, root));
  return metafile;
}
