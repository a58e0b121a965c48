import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRecord, type ReleaseRecord } from '../../src/core/record.ts';
import { Redactor } from '../../src/core/redaction.ts';
import type { GateReport } from '../../src/core/report.ts';
import { createLog, formatPlace } from '../../src/github/log.ts';
import { escapeMarkdown } from '../../src/github/markdown.ts';
import { renderSummary } from '../../src/github/summary.ts';

/** Text with what means something to the runner, to Markdown or to HTML, more often than by chance. */
const awkward = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::',
        '##[',
        'error',
        '\r',
        '\n',
        '\u0085',
        '\u2028',
        ' ',
        '\t',
        '`',
        '|',
        '<',
        '&',
        '@',
        '[',
        '!',
        '(',
        '*',
      ),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    { maxLength: 12 },
  )
  .map(parts => parts.join(''));

describe('the log', () => {
  function logged(write: (log: ReturnType<typeof createLog>) => void): string {
    let printed = '';
    write(createLog(new Redactor(), text => (printed += text)));
    return printed;
  }

  test.each(['info', 'quote'] as const)('has no line that the runner would execute, from %s', method => {
    fc.assert(
      fc.property(awkward, text => {
        for (const line of logged(log => log[method](text)).split(/\r\n|\r|\n/)) {
          expect(line).not.toMatch(/^[\s\u0085]*::/);
          expect(line).not.toContain('##[');
        }
      }),
    );
  });

  test('shows text from outside with a bar in front of each line', () => {
    expect(logged(log => log.quote('first\r\nsecond\rthird\n\n'))).toBe('  │ first\n  │ second\n  │ third\n');
  });

  test('hides a secret of several lines', () => {
    const redactor = new Redactor();
    redactor.add('-----BEGIN KEY-----\nfake-line\n-----END KEY-----');
    let printed = '';
    const log = createLog(redactor, text => (printed += text));
    log.info('it is -----BEGIN KEY-----\nfake-line\n-----END KEY-----.');
    log.info('a part: fake-line');
    expect(printed).toBe('it is ***.\na part: ***\n');
  });

  test.each([
    [{ path: 'a.yml' }, 'a.yml'],
    [{ path: 'a.yml', line: 3 }, 'a.yml:3'],
    [{ path: 'a.yml', line: 3, column: 7 }, 'a.yml:3:7'],
  ])('names a place as editors do: %j', (place, text) => {
    expect(formatPlace(place)).toBe(text);
  });
});

describe('Markdown', () => {
  test('of any text contains no Markdown but the intended code', () => {
    fc.assert(
      fc.property(awkward, text => {
        const rendered = escapeMarkdown(text).replace(/<\/?code>|<br>|&#\d+;/g, '');
        expect(rendered).not.toMatch(/[<>|`*_[\]()!@#~$\\\r\n]|:\/\//);
      }),
    );
  });

  test.each([
    ['Set `A_B` | now', 'Set <code>A&#95;B</code> &#124; now'],
    ['an unpaired ` stays', 'an unpaired &#96; stays'],
    ['two\nlines', 'two<br>lines'],
    ['ask @team, or ada@example.com', 'ask &#64;&#8205;team, or ada&#64;&#8205;example.com'],
    ['see `image@sha256`', 'see <code>image&#64;sha256</code>'],
    ['see www.example.com', 'see www&#46;example.com'],
    ['plain words, 3.5 s', 'plain words, 3.5 s'],
  ])('%j', (text, rendered) => {
    expect(escapeMarkdown(text)).toBe(rendered);
  });
});

describe('the summary', () => {
  const report: GateReport = {
    gate: 'probe',
    verdict: 'passed',
    headline: 'Ready.',
    checks: [
      { name: 'a', boundary: 'identity', verdict: 'passed', findings: [], startedAt: 0, finishedAt: 5 },
      { name: 'b', boundary: 'identity', verdict: 'inconclusive', findings: [], startedAt: 0, finishedAt: 5 },
      { name: 'c', boundary: 'data', verdict: 'error', findings: [], detail: 'late', startedAt: 0, finishedAt: 61_000 },
    ],
    outputs: {},
    startedAt: 0,
    finishedAt: 5,
  };
  const entry: ReleaseRecord['gates'][number] = {
    gate: 'deploy',
    verdict: 'failed',
    startedAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:05.000Z',
    checks: 1,
    findings: [],
  };

  test('counts the checks by boundary', () => {
    const summary = renderSummary(report, createRecord('', ''));
    expect(summary).toContain('| identity | 1 | 0 | 1 | 0 |\n| data | 0 | 0 | 0 | 1 |');
    expect(summary).toContain('| 🟠 c | late | 1 min 1 s |');
    expect(summary).not.toContain('settlement');
  });

  test('has a time line as soon as there are two gates', () => {
    const record = createRecord('', '');
    expect(renderSummary(report, { ...record, gates: [entry] })).not.toContain('mermaid');
    const both = renderSummary(report, {
      ...record,
      gates: [entry, { ...entry, gate: 'a:b,c;\n```', verdict: 'passed' }],
    });
    expect(both).toContain('  deploy failed :crit, 1767225600000, 1767225605000\n');
    expect(both).toMatch(/^ {2}a b c +passed :done, 1767225600000, 1767225605000$/m);
  });
});
