import { createHash } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { generate } from '../../../src/gates/smoke-test/generate.ts';
import { bodyOf, seenIn, serve, smoke } from './support.ts';

const now = Date.UTC(2026, 10, 20, 9, 30, 15, 250);

test('the time is that of the run, in ISO 8601 or in seconds', () => {
  expect(generate('at', 'now', now)).toEqual([['at', '2026-11-20T09:30:15.250Z']]);
  expect(generate('at', 'unix-time', now)).toEqual([['at', '1795167015']]);
});

test('a PKCE pair is a verifier and its challenge (RFC 7636)', () => {
  const values = Object.fromEntries(generate('proof', 'pkce', now));
  expect(values['proof.verifier']).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(values['proof.challenge']).toBe(
    createHash('sha256')
      .update(values['proof.verifier'] ?? '')
      .digest('base64url'),
  );
  expect(generate('proof', 'pkce', now)).not.toEqual(Object.entries(values));
});

test('generated values are sent, each by its name', async () => {
  const sent: unknown[] = [];
  const server = await serve(async (request, response) => {
    sent.push(JSON.parse(await bodyOf(request)));
    response.end();
  });
  const report = await smoke(
    server.url,
    `flows:
  a:
    generate: { at: now, time: unix-time, proof: pkce }
    steps:
      - { post: /, json: { at: "\${at}", time: "\${time}", proof: "\${proof.challenge}" } }
      - { post: /, json: { proof: "\${proof.verifier}" } }`,
  );
  await server.stop();
  expect(seenIn(report)).toEqual([]);
  const [first, second] = sent as Record<string, string>[];
  expect(Math.abs(Date.parse(first?.at ?? '') / 1000 - Number(first?.time))).toBeLessThan(1);
  expect(
    createHash('sha256')
      .update(second?.proof ?? '')
      .digest('base64url'),
  ).toBe(first?.proof);
});
