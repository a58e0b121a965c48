import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Redactor } from '../../../src/core/redaction.ts';
import { fillAddress } from '../../../src/gates/validate-env/live/address.ts';

describe('a value in the address of a request', () => {
  test('is encoded for its component, so the request goes where it is meant to go', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), fc.string({ unit: 'grapheme-ascii' }), (A, B) => {
        const filled = fillAddress('https://u:${A}@api.example.com/v1/${A}/check?key=${B}&x=1', { A, B });
        if ('problem' in filled) return expect(A).toMatch(/^\.{1,2}$/);
        const url = new URL(filled.url);
        expect(url.host).toBe('api.example.com');
        const [, version, segment, last, ...more] = url.pathname.split('/');
        expect([version, decodeURIComponent(segment ?? ''), last, more]).toEqual(['v1', A.toWellFormed(), 'check', []]);
        expect(url.searchParams.get('key')).toBe(B);
        expect(url.searchParams.get('x')).toBe('1');
        expect(url.hash).toBe('');
      }),
    );
  });

  test('is hidden in each form that the address gives it', () => {
    const redactor = new Redactor();
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme-ascii', minLength: 8 }).filter(text => !/^\s|\s$/.test(text)),
        A => {
          const filled = fillAddress('https://api.example.com/v1/${A}?key=${A}', { A });
          if ('problem' in filled) throw new Error(filled.problem);
          redactor.add(A);
          for (const form of filled.forms) redactor.add(form);
          const { href, pathname, search } = new URL(filled.url);
          for (const text of [href, pathname, search])
            expect(redactor.redact(text)).not.toContain(encodeURIComponent(A));
          expect(redactor.redact(pathname)).toBe('/v1/***');
        },
      ),
    );
  });

  test.each([
    ['#', 'https://hooks.example.com/services/T0fake#B0'],
    ['/../', 'https://hooks.example.com/a/../services/T0fake/{B0|x}'],
    ['capitals in the host', 'https://Fake-Tenant.Example.com/services/T0fake'],
    ['a backslash', 'https://hooks.example.com\\services\\T0fake'],
  ])('that is an address itself, with %s, is hidden as the parser changes it', (_, value) => {
    const filled = fillAddress('${WEBHOOK_URL}', { WEBHOOK_URL: value });
    if ('problem' in filled) throw new Error(filled.problem);
    const redactor = new Redactor();
    redactor.add(value);
    for (const form of filled.forms) redactor.add(form);
    const { href, pathname } = new URL(filled.url);
    for (const text of [href, pathname]) expect(redactor.redact(text)).not.toContain('services');
  });

  test.each([
    ['a host with a path', 'https://${A}/v1', 'evil.example.com/x?'],
    ['a host with a user', 'https://${A}.example.com/v1', 'user@evil'],
    ['a segment that leads up', 'https://a.example.com/v1/${A}/x', '..'],
    ['a base with a query, and a path after it', '${A}/v1', 'https://a.example.com/?x='],
    ['a base that is no address', '${A}/v1', 'api.example.com'],
    ['a base with a password that is not encoded', '${A}', 'https://u:fa#ke@a.example.com'],
  ])('is refused as %s', (_, template, A) => {
    expect(fillAddress(template, { A })).toEqual({ problem: 'A cannot stand at its place in the address' });
  });

  test('may be a host, a base or a part of a segment', () => {
    const variables = { HOST: 'a.example.com:8443', BASE: 'https://a.example.com/api', ID: 'x/1' };
    const fill = (template: string) => fillAddress(template, variables);
    expect(fill('https://${HOST}/v1')).toMatchObject({ url: 'https://a.example.com:8443/v1' });
    expect(fill('${BASE}/v1')).toMatchObject({ url: 'https://a.example.com/api/v1' });
    expect(fill('https://a.example.com/p-${ID}')).toMatchObject({ url: 'https://a.example.com/p-x%2F1' });
  });
});
