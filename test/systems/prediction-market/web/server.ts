import { createServer } from 'node:http';
import { buildPage } from './page.ts';

const { PORT = '3000', COMMIT = 'unknown', VITE_API_URL = '', VITE_WS_URL = '' } = process.env;
const deployment = process.env.DEPLOYMENT_ID ?? COMMIT;
const { index, script } = buildPage(COMMIT, VITE_API_URL, VITE_WS_URL);

const server = createServer((request, response) => {
  const path = request.url?.split('?')[0] ?? '/';
  response.setHeader('x-deployment', deployment);
  response.setHeader('cache-control', 'no-store');
  if (path === '/version') {
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ commit: COMMIT }));
  } else if (path === script.path) {
    response.setHeader('content-type', script.type);
    response.setHeader('cache-control', 'public, max-age=31536000, immutable');
    response.end(script.body);
  } else if (path.startsWith('/assets/')) {
    response.statusCode = 404;
    response.end();
  } else {
    // Every other path is a view of the single-page application.
    response.setHeader('content-type', index.type);
    response.end(index.body);
  }
});

server.listen(Number(PORT), '0.0.0.0', () => {
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : PORT;
  console.log(`Server listening at http://127.0.0.1:${port}`);
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    server.close();
    server.closeAllConnections();
  });
}
