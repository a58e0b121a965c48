import { describe, expect, test } from '@jest/globals';
import { renderJunit } from '../../../src/gates/report/files/junit.ts';
import { renderSarif } from '../../../src/gates/report/files/sarif.ts';
import { largeAccount } from './large.ts';
import { account, endGate } from './support.ts';

describe('junit.xml', () => {
  test('counts what failed, what was not decided and what did not run', () => {
    const outcomes = [endGate('deploy'), endGate('probe', 'inconclusive'), endGate('smoke-test', 'failed')];
    const xml = renderJunit(account({ outcomes, expected: ['watch'] }));
    const counts = [
      ...xml.matchAll(/<testsuite name="([\w-]+)" tests="(\d+)" failures="(\d+)" errors="(\d+)" skipped="(\d+)"/g),
    ];
    expect(counts.map(([, ...found]) => found)).toEqual([
      ['deploy', '1', '0', '0', '0'],
      ['probe', '1', '0', '1', '0'],
      ['smoke-test', '1', '1', '0', '0'],
      ['watch', '1', '0', '0', '1'],
    ]);
    expect(xml).toContain('<skipped message="probe ended the release before it (inconclusive)."/>');
    expect(xml).toContain('smoke-test saw &#60;b&#62;500&#60;/b&#62;.');
  });

  test('has no character that XML forbids', () => {
    const xml = renderJunit(account({ outcomes: [endGate('a\u0000\u001b[31m"b\ud800')] }));
    expect(xml).not.toMatch(/[\u0000-\u0008\u000b-\u001f\ud800]/u);
    expect(xml.isWellFormed()).toBe(true);
  });
});

describe('findings.sarif', () => {
  test('has the findings with a place, each once, and their rules', () => {
    const sarif = JSON.parse(renderSarif(largeAccount()));
    const [run] = sarif.runs;
    expect(run.tool.driver.rules).toMatchObject([{ id: 'answer/status' }]);
    expect(run.results).toHaveLength(5);
    expect(run.results[0]).toMatchObject({
      ruleId: 'answer/status',
      ruleIndex: 0,
      level: 'error',
      locations: [
        {
          physicalLocation: {
            artifactLocation: { uri: '.github/release-gates.yml' },
            region: { startLine: 40, startColumn: 7 },
          },
        },
      ],
    });
  });

  test('is empty, and valid, for a release without any', () => {
    expect(JSON.parse(renderSarif(account()))).toMatchObject({ version: '2.1.0', runs: [{ results: [] }] });
  });
});
