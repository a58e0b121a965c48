import { createHmac } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { testContext } from '../../support/context.ts';
import { seenIn, serve, smoke } from './support.ts';

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

function sign(bits: number, secret: string, exp: number): string {
  const content = `${encode({ alg: `HS${bits}` })}.${encode({ sub: 'a', exp })}`;
  return `${content}.${createHmac(`sha${bits}`, secret).update(content).digest('base64url')}`;
}

/** A service that verifies tokens; if it is careless, it does not look at `exp`. */
async function judge(bits: number, { given = 'right', isCareless = false } = {}) {
  const valid = sign(bits, 'right', Date.now() / 1000 + 600);
  const server = await serve((request, response) => {
    const [header = '', claims = '', signature] = (request.headers.authorization ?? '')
      .replace('Bearer ', '')
      .split('.');
    const content = `${header}.${claims}`;
    const isSigned = createHmac(`sha${bits}`, 'right').update(content).digest('base64url') === signature;
    const isOfAlgorithm = isSigned && JSON.parse(Buffer.from(header, 'base64url').toString()).alg === `HS${bits}`;
    const isCurrent = isSigned && JSON.parse(Buffer.from(claims, 'base64url').toString()).exp * 1000 > Date.now();
    response.writeHead(isOfAlgorithm && (isCurrent || isCareless) ? 200 : 401).end();
  });
  const context = testContext({ variables: { TOKEN: valid, SECRET: given } });
  const step = '{ unauthenticated: [/me], token: "${TOKEN}", signing-secret: "${SECRET}" }';
  const report = await smoke(server.url, `flows:\n  a: [${step}]`, context);
  await server.stop();
  return { verdict: report.verdict, seen: seenIn(report) };
}

test.each([256, 384, 512])('an expired token is made with the algorithm of the service: HS%i', async bits => {
  expect(await judge(bits)).toEqual({ verdict: 'passed', seen: [] });
  const careless = await judge(bits, { isCareless: true });
  expect(careless.verdict).toBe('failed');
  expect(careless.seen[0]).toContain('200 to an expired token');
});

test('a signing secret that does not fit the valid token is an error: the check would prove nothing', async () => {
  const { verdict, seen } = await judge(256, { given: 'wrong', isCareless: true });
  expect(verdict).toBe('error');
  expect(seen).toEqual([expect.stringContaining('smoke/wrong-signing-secret')]);
});
