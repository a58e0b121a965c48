import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A service that answers at once, in its own process so that only the client is measured. Prints its port on the first line. */
const body = JSON.stringify({ id: 7, slug: 'btc', status: 'OPEN', token: 'a-value', list: [1, 2, 3] });
const server = createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'application/json').end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => process.stdout.write(`${(server.address() as AddressInfo).port}\n`));
process.stdin.resume().on('end', () => process.exit(0));
