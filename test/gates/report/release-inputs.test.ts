import { describe, expect, test } from '@jest/globals';
import { GateError } from '../../../src/core/errors.ts';
import { checkReleaseInputs } from '../../../src/gates/report/release-inputs.ts';

const good = {
  gates: 'deploy, probe',
  rollback: 'true',
  'on-cancel': 'rollback',
  'incident-issue': 'true',
  'watch-for': '',
};

function explain(inputs: Record<string, string> | string): string[] {
  try {
    checkReleaseInputs(typeof inputs === 'string' ? inputs : JSON.stringify({ ...good, ...inputs }));
    return [];
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return error.findings.map(({ message, help }) => `${message} ${help}`);
  }
}

describe('the inputs of a release are taken', () => {
  test.each([
    ['as the defaults are', {}, 'true', 'rollback'],
    ['with what YAML 1.2 reads as the text "no"', { rollback: 'no', 'incident-issue': 'NO' }, 'false', 'keep'],
    ['with line ends of Windows and blanks', { rollback: ' Off\r\n', gates: 'deploy\r\nprobe\r\n' }, 'false', 'keep'],
    ['where one is empty', { rollback: '', 'on-cancel': '', 'incident-issue': '' }, 'true', 'rollback'],
    ['that keep a cancelled release', { 'on-cancel': ' keep\r\n' }, 'true', 'keep'],
    ['with a duration', { 'watch-for': '15m' }, 'true', 'rollback'],
  ])('%s', (_, inputs, rollback, onCancel) => {
    expect(checkReleaseInputs(JSON.stringify({ ...good, ...inputs }))).toEqual({ rollback, 'on-cancel': onCancel });
  });

  test('without any, where a workflow composes its own release', () => {
    expect(checkReleaseInputs('')).toEqual({ rollback: '', 'on-cancel': '' });
  });
});

describe('the inputs of a release are refused', () => {
  test.each([
    ['a gate that is not one', { gates: 'deploy, prob' }, /"prob", which is not a gate\. Did you mean "probe"/],
    ['no gate', { gates: ' , ' }, /names no gate\. Name some of: preflight, validate-env/],
    ['what becomes of a cancelled release', { 'on-cancel': 'abort' }, /Set it to rollback or keep/],
    ['a flag', { 'incident-issue': 'nope' }, /`incident-issue` is "nope"\. Set it to true or false\./],
    ['a duration without its unit', { 'watch-for': '15' }, /`watch-for` is "15"\. Set it to a duration/],
    ['a flag of the deploy', { 'allow-older': 'nope' }, /`allow-older` is "nope"\. Set it to true or false\./],
    ['a flag of the rollback', { 'hold-auto-deploys': 'nope' }, /`hold-auto-deploys` is "nope"/],
    ['a duration of the deploy', { 'lock-timeout': '10' }, /`lock-timeout` is "10"\. Set it to a duration/],
  ])('for %s', (_, inputs, said) => {
    expect(explain(inputs)).toEqual([expect.stringMatching(said)]);
  });

  test('with every mistake at once', () => {
    expect(explain({ rollback: 'ja', 'watch-for': 'long', gates: 'a, b' })).toHaveLength(4);
  });

  test.each(['no JSON', '[]', '"text"'])('if they are %s', text => {
    expect(explain(text)).toEqual(['The input `inputs` is not a JSON object. Pass `${{ toJSON(inputs) }}`.']);
  });
});
