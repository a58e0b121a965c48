import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The same requests for each peer: so many flows with so many requests each, and one captured value used later. */
export interface Workload {
  flows: number;
  requests: number;
}

/** Writes the workload in each peer's format to a folder. */
export function writeWorkload(folder: string, url: string, { flows, requests }: Workload): void {
  const names = Array.from({ length: flows }, (_, index) => `flow-${index + 1}`);
  const steps = Array.from({ length: requests }, (_, index) => index);
  const path = (index: number) => (index === 0 ? '/login' : '/orders/{slug}');
  mkdirSync(join(folder, '.github'), { recursive: true });
  const flow = steps.map(index =>
    index === 0
      ? {
          post: '/login',
          json: { user: 'me' },
          expect: { status: 200, json: { status: 'OPEN' } },
          capture: { slug: '$.slug' },
        }
      : { get: '/orders/${slug}', expect: { status: 200, json: { status: 'OPEN' } } },
  );
  const services = { api: { platform: 'fly', app: 'api', url } };
  const smoke = { flows: Object.fromEntries(names.map(name => [name, flow])) };
  writeFileSync(join(folder, '.github/release-gates.yml'), JSON.stringify({ services, smoke }));

  const check =
    "pm.test('ok', () => { pm.response.to.have.status(200); pm.expect(pm.response.json().status).to.eql('OPEN'); });";
  const item = names.map(name => ({
    name,
    item: steps.map(index => ({
      name: String(index),
      event: [
        {
          listen: 'test',
          script: { exec: [check, ...(index === 0 ? ["pm.environment.set('slug', pm.response.json().slug);"] : [])] },
        },
      ],
      request: {
        method: index === 0 ? 'POST' : 'GET',
        url: `${url}${path(index).replace('{slug}', '{{slug}}')}`,
        ...(index === 0 && {
          header: [{ key: 'content-type', value: 'application/json' }],
          body: { mode: 'raw', raw: '{"user":"me"}' },
        }),
      },
    })),
  }));
  const schema = 'https://schema.getpostman.com/json/collection/v2.1.0/collection.json';
  writeFileSync(join(folder, 'collection.json'), JSON.stringify({ info: { name: 'bench', schema }, item }));

  const tests = Object.fromEntries(
    names.map(name => [
      name,
      {
        steps: steps.map(index => ({
          http: {
            url: `${url}${path(index).replace('{slug}', '${{captures.slug}}')}`,
            method: index === 0 ? 'POST' : 'GET',
            ...(index === 0 && { json: { user: 'me' }, captures: { slug: { jsonpath: '$.slug' } } }),
            check: { status: 200, jsonpath: { '$.status': 'OPEN' } },
          },
        })),
      },
    ]),
  );
  writeFileSync(join(folder, 'workflow.yml'), JSON.stringify({ version: '1.1', tests }));

  const hurl = names.flatMap(() =>
    steps.map(index =>
      index === 0
        ? `POST ${url}/login\n{"user":"me"}\nHTTP 200\n[Captures]\nslug: jsonpath "$.slug"\n[Asserts]\njsonpath "$.status" == "OPEN"\n`
        : `GET ${url}/orders/{{slug}}\nHTTP 200\n[Asserts]\njsonpath "$.status" == "OPEN"\n`,
    ),
  );
  writeFileSync(join(folder, 'flows.hurl'), hurl.join('\n'));
}
