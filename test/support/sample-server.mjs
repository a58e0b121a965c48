// A service for the tests of the emulators: small enough to start in the time of a bare node.
import { once } from 'node:events';
import { createServer } from 'node:http';

const { VERSION, HEALTH = '200', PORT } = process.env;
const held = [];
const arrivals = [];

const routes = {
  '/version': (_request, response) => response.end(VERSION),
  '/health': (_request, response) => response.writeHead(Number(HEALTH)).end(`health ${HEALTH}`),
  '/env': (_request, response) => response.end(JSON.stringify(process.env)),
  '/hold': (_request, response) => {
    held.push(response);
    for (const arrival of arrivals.splice(0)) arrival.end();
  },
  '/held': (_request, response) => (held.length > 0 ? response.end() : arrivals.push(response)),
  '/release': (_request, response) => {
    for (const one of held.splice(0)) one.end(VERSION);
    response.end();
  },
  '/exit': (_request, response, url) => {
    response.end();
    process.exit(Number(url.searchParams.get('code')));
  },
  '/echo': async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    response.setHeader('set-cookie', ['a=1; Path=/', 'b=2; Path=/']);
    response.end(JSON.stringify({ method: request.method, url: request.url, body, one: request.headers['x-one'] }));
  },
};

const server = createServer((request, response) => {
  const url = new URL(request.url, 'http://localhost');
  const handle = routes[url.pathname];
  if (handle) return handle(request, response, url);
  response.end(`hello from ${VERSION}`);
});
server.listen(Number(PORT), '127.0.0.1');
await once(server, 'listening');
console.log(`version ${VERSION} listens`);
process.once('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
