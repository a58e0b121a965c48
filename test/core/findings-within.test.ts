import { expect, test } from '@jest/globals';
import type { Finding } from '../../src/core/finding.ts';
import { limitFindings } from '../../src/core/findings-within.ts';

const finding = (message: string): Finding => ({
  code: 'a/b',
  severity: 'error',
  boundary: 'delivery',
  message,
  help: 'Mend it.',
});

test('findings that fit are all kept', () => {
  const findings = [finding('a'), finding('b')];
  expect(limitFindings(1_000, findings)).toEqual(findings);
});

test.each([
  [2, '1 more finding does not fit here.'],
  [5, '4 more findings do not fit here.'],
])('of %i the rest is counted', (count, message) => {
  const kept = limitFindings(
    150,
    Array.from({ length: count }, () => finding('a')),
  );
  expect(kept).toMatchObject([{ code: 'a/b' }, { code: 'gate/more-findings', message }]);
});
