import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'esbuild';
import { licensesOf } from './licenses.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const out = process.argv[2] ?? join(root, 'dist');

/** The toolkit does not declare that its modules do nothing when loaded, so unused ones (OpenID, undici) would stay in. */
const withoutSideEffects: Plugin = {
  name: 'without-side-effects',
  setup(builder) {
    builder.onResolve({ filter: /^@actions\// }, async ({ path, pluginData, ...rest }) => {
      if (pluginData === 'resolved') return undefined;
      const resolved = await builder.resolve(path, { ...rest, pluginData: 'resolved' });
      return { ...resolved, sideEffects: false };
    });
  },
};

rmSync(out, { recursive: true, force: true });
const entries = readdirSync(join(root, 'src/entries')).map(file => join(root, 'src/entries', file));
const { metafile } = await build({
  entryPoints: entries,
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
  legalComments: 'none', // dist/licenses.txt has them all
  banner: {
    js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
  },
  plugins: [withoutSideEffects],
  logLevel: 'warning',
});
writeFileSync(join(out, 'licenses.txt'), licensesOf(metafile, root));
process.stdout.write(`built ${entries.map(entry => basename(entry, '.ts')).join(', ')}\n`);
