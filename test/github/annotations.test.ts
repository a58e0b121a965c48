import { afterEach, describe, expect, jest, test } from '@jest/globals';
import type { Finding, Severity } from '../../src/core/finding.ts';
import { annotate, limitsInComposite, limitsOfStep } from '../../src/github/annotations.ts';

const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
afterEach(() => {
  write.mockClear();
});

function findings(severity: Severity, count: number): Finding[] {
  const about = { code: 'env/sample', severity, boundary: 'data', help: 'Do this.' } as const;
  return Array.from({ length: count }, (_, index) => ({ ...about, message: `${severity} ${index + 1}.` }));
}

function commands(): string[] {
  return write.mock.calls.map(([text]) => String(text).trim());
}

describe('annotations', () => {
  test('of a step are ten of each severity, and the last one counts the rest', () => {
    annotate([...findings('notice', 11), ...findings('error', 10), ...findings('warning', 12)], limitsOfStep);
    const of = (severity: string) => commands().filter(command => command.startsWith(`::${severity} `));
    expect([of('error').length, of('warning').length, of('notice').length]).toEqual([10, 10, 10]);
    expect(of('error').at(-1)).toContain('error 10.');
    expect(of('warning').at(-1)).toMatch(/warning 10\. .*2 more of this severity/);
    expect(of('notice').at(-1)).toMatch(/notice 10\. .*1 more of this severity/);
  });

  test('of a gate in a composite action leave room for the others', () => {
    annotate([...findings('error', 7), ...findings('warning', 2), ...findings('notice', 1)], limitsInComposite);
    expect(commands().map(command => command.replace(/^::.*?::(.*?)( of this severity.*)?$/, '$1'))).toEqual([
      'error 1. Do this.',
      'error 2. Do this.',
      'error 3. Do this.',
      'error 4. Do this.',
      'error 5. Do this. And 2 more',
      'warning 1. Do this. And 1 more',
      'notice 1. Do this.',
    ]);
  });

  test('are at the place in the file, and escaped', () => {
    const [finding] = findings('error', 1);
    const place = { path: 'a,b: c.yml', line: 3, column: 5 };
    annotate(finding ? [{ ...finding, message: '100%\n::error::planted', place }] : [], limitsOfStep);
    expect(commands()).toEqual([
      '::error title=env/sample,file=a%2Cb%3A c.yml,line=3,col=5::100%25%0A::error::planted. Do this.',
    ]);
  });

  test('are no longer than the runner keeps', () => {
    const [finding] = findings('error', 1);
    annotate(finding ? [{ ...finding, message: 'x'.repeat(10_000) }] : [], limitsOfStep);
    expect(commands()[0]?.replace(/^::.*?::/, '')).toHaveLength(4096);
    write.mockClear();
    annotate(
      findings('warning', 2).map(one => ({ ...one, message: 'x'.repeat(10_000) })),
      limitsInComposite,
    );
    expect(commands()[0]?.replace(/^::.*?::/, '')).toMatch(/^x+… And 1 more of this severity.*$/);
    expect(commands()[0]?.replace(/^::.*?::/, '')).toHaveLength(4096);
  });
});
