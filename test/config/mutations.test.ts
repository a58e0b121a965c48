import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GateError } from '../../src/core/errors.ts';
import { parseConfiguration } from '../support/configuration.ts';

const folder = join(import.meta.dirname, '../../workflows-examples');
const samples = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  .filter(path => path.endsWith('release-gates.yml'))
  .map(path => readFileSync(join(folder, path), 'utf8'));

/** What people and strangers put into YAML by mistake or on purpose. */
const pieces = fc.oneof(
  fc.constantFrom(
    ...['{', '}', '[', ']', ': ', '- ', '? ', '"', "'", '|', '>', '&a', '*a', '!!binary', '#', '\t', '\0'],
  ),
  fc.constantFrom(
    ...['${', '${commit}', '$${', '__proto__', 'constructor', '<<', '---\n', '\n', '\r', '\u2028', '\ufeff'],
  ),
  fc.constantFrom(...['null', 'true', '-1', '1e999', '0x10', '99999999999999999999', '24h', '-5s', '~', '😀']),
  fc.string({ maxLength: 8 }),
);

/** Replaces a part of the text, at a place and of a length as shares of it. */
const mutation = fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), cut: fc.nat(30), piece: pieces });
const mutated = fc
  .tuple(fc.constantFrom(...samples), fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([text, mutations]) =>
    mutations.reduce((before, { at, cut, piece }) => {
      const start = Math.floor(at * before.length);
      return before.slice(0, start) + piece + before.slice(start + cut);
    }, text),
  );

// RELEASE_GATES_SEARCH=5000 searches further.
const numRuns = Number(process.env.RELEASE_GATES_SEARCH ?? 40);

test('a configuration that is damaged anywhere is taken, or refused with findings that have a place', () => {
  expect(samples.length).toBeGreaterThan(1);
  fc.assert(
    fc.property(mutated, text => {
      try {
        parseConfiguration(text, { path: 'release-gates.yml', environment: 'production', commit: 'a'.repeat(40) });
      } catch (error) {
        if (!(error instanceof GateError)) throw error;
        expect(error.findings.length).toBeGreaterThan(0);
        expect(error.findings.length).toBeLessThanOrEqual(100);
        for (const { code, message, place } of error.findings) {
          expect(code).toMatch(/^(?:config|policy)\//);
          expect(message).not.toMatch(/undefined is not|Cannot read|is not a function|\[object/);
          expect(place?.path).toBe('release-gates.yml');
        }
      }
    }),
    { seed: 15, numRuns },
  );
});
