import { createHash } from 'node:crypto';

export interface Asset {
  path: string;
  type: string;
  body: Buffer;
}

/** A script bundled for the browser is never small; a release that serves a truncated one is broken. */
const SCRIPT_BYTES = 64 * 1024;

/** The script, under a name that changes with its content, and the page that loads it. */
export function buildPage(commit: string, apiUrl: string, websocketUrl: string): { index: Asset; script: Asset } {
  const settings = JSON.stringify({ commit, apiUrl, websocketUrl });
  const program = `window.predictionMarket=${settings};document.querySelector('main').textContent='Markets';\n`;
  const body = Buffer.from(program.padEnd(SCRIPT_BYTES, '// a line of the bundle\n'));
  const path = `/assets/index-${createHash('sha256').update(body).digest('hex').slice(0, 8)}.js`;
  const html = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Prediction market</title><script type="module" src="${path}"></script></head>
<body><main></main></body>
</html>
`;
  return {
    index: { path: '/', type: 'text/html; charset=utf-8', body: Buffer.from(html) },
    script: { path, type: 'text/javascript; charset=utf-8', body },
  };
}
