import { describe, expect, test } from '@jest/globals';
import { runGate, startGate } from '../support/run-built.ts';

const contract = `
environments: { production: {} }
env:
  api:
    DATABASE_URL: { type: postgres-url }
    LOG_LEVEL: { one-of: [info, warn], default: info }
`;
const database = 'postgresql://app:fake-password@db.example.com:5432/app';

describe('a gate that passes', () => {
  test('ends with 0 and says so in its outputs, log and summary', async () => {
    const result = await runGate('validate-env', { config: contract, stepEnv: { DATABASE_URL: database } });
    expect(result).toMatchObject({ exitCode: 0, conclusion: 'success', findings: [], annotations: [], stderr: '' });
    expect(result.outputs.verdict).toBe('passed');
    expect(result.record).toMatchObject({
      environment: '',
      commit: '0123456789abcdef0123456789abcdef01234567',
      gates: [{ gate: 'validate-env', verdict: 'passed', checks: 2, findings: [] }],
    });
    expect(result.log).toContain('✓ api.DATABASE_URL — set');
    expect(result.summary).toContain('### 🟢 validate-env: passed');
    expect(result.summary).toContain('| data | 1 | 0 | 0 | 0 |');
  });
});

describe('a gate that fails', () => {
  test('ends with 1 after its outputs are set', async () => {
    const result = await runGate('validate-env', { config: contract });
    expect(result).toMatchObject({ exitCode: 1, conclusion: 'failure' });
    expect(result.outputs.verdict).toBe('failed');
    expect(result.findings).toMatchObject([{ code: 'env/missing-variable', boundary: 'data' }]);
    expect(result.record?.gates).toMatchObject([{ verdict: 'failed', findings: [{ code: 'env/missing-variable' }] }]);
    expect(result.summary).toContain('env/missing-variable');
  });

  test('annotates the line of the file', async () => {
    const { annotations } = await runGate('validate-env', { config: contract });
    expect(annotations).toMatchObject([
      { level: 'error', title: 'env/missing-variable', file: '.github/release-gates.yml', line: 5, col: 5 },
    ]);
  });
});

describe('a gate that cannot work', () => {
  test.each([
    ['a missing file', undefined, {}, 'config/missing-file'],
    ['invalid YAML', 'env:\n\t- x', {}, 'config/invalid-yaml'],
    ['an unknown key', 'enf: {}', {}, 'config/unknown-key'],
    ['a section without content', 'env: {}', {}, 'config/missing-section'],
    ['an unknown environment', contract, { environment: 'prod' }, 'config/unknown-environment'],
    ['a record that is not valid', contract, { record: '{"version":9}' }, 'config/invalid-input'],
    ['an unknown service', contract, { services: 'api, wbe' }, 'config/invalid-input'],
  ])('says so once, with exit code 1 and its outputs set: %s', async (_, config, given, code) => {
    const result = await runGate('validate-env', {
      with: given,
      stepEnv: { DATABASE_URL: database },
      ...(config !== undefined && { config }),
    });
    expect(result).toMatchObject({ exitCode: 1, stderr: '', findings: [{ code }] });
    expect(result.findings).toHaveLength(1);
    expect(result.outputs.verdict).toBe('error');
    expect(result.annotations.map(({ title }) => title)).toEqual([code]);
    expect(result.summary).toContain(code.replace('_', ''));
    expect(result.log).not.toMatch(/^\s+at /m);
  });

  test.each([
    ['a deadline without a unit', { deadline: '5' }, 'The input `deadline` is "5".'],
    ['a status that is not a number', { status: 'abc' }, 'The input `status` is "abc".'],
    ['a status out of range', { status: '99' }, 'The input `status` is "99".'],
    ['an address without a scheme', { url: 'api.example.com' }, 'The input `url` is "api.example.com".'],
  ])('refuses an input at once: %s', async (_, given, message) => {
    const result = await runGate('probe', { with: { url: 'http://127.0.0.1:1', ...given } });
    expect(result).toMatchObject({ exitCode: 1, findings: [{ code: 'config/invalid-input', message }] });
    expect(result.outputs.verdict).toBe('error');
  });

  test('shows a stack only with debug logging', async () => {
    const run = { config: 'enf: {}' };
    const debugging = await runGate('validate-env', { ...run, secrets: { ACTIONS_STEP_DEBUG: 'true' } });
    expect(debugging.log).toMatch(/│ +at /);
    expect((await runGate('validate-env', run)).log).not.toMatch(/ at .*\.mjs/);
  });

  test('reports several errors of the file at once', async () => {
    const { annotations } = await runGate('validate-env', { config: 'enf: {}\nprobe: []\nschem: {}\n' });
    expect(annotations.map(({ title, line }) => [title, line])).toEqual(
      expect.arrayContaining([
        ['config/unknown-key', 1],
        ['config/invalid-value', 2],
        ['config/unknown-key', 3],
      ]),
    );
  });
});

describe('a pull request from a fork', () => {
  const payload = { pull_request: { head: { repo: { full_name: 'someone/consumer' } } } };

  test('has no secrets, which proves nothing', async () => {
    const result = await runGate('validate-env', { config: contract, event: { name: 'pull_request', payload } });
    expect(result).toMatchObject({ exitCode: 1, findings: [{ code: 'config/fork-without-secrets' }] });
    expect(result.outputs.verdict).toBe('error');
  });

  test('is one even if the fork is gone', async () => {
    const deleted = { pull_request: { head: { repo: null } } };
    const result = await runGate('validate-env', {
      config: contract,
      event: { name: 'pull_request', payload: deleted },
    });
    expect(result.findings).toMatchObject([{ code: 'config/fork-without-secrets' }]);
  });

  test('is not every pull request', async () => {
    const own = { pull_request: { head: { repo: { full_name: 'example-org/consumer' } } } };
    const result = await runGate('validate-env', { config: contract, event: { name: 'pull_request', payload: own } });
    expect(result.findings).toMatchObject([{ code: 'env/missing-variable' }]);
  });
});

describe('the release record', () => {
  test('grows by a gate and becomes a time line', async () => {
    const first = await runGate('validate-env', { with: { required: 'HOME' } });
    expect(first.summary).not.toContain('mermaid');
    const second = await runGate('validate-env', { with: { required: 'NO_SUCH', record: first.outputs.record ?? '' } });
    expect(second.record?.gates.map(({ verdict }) => verdict)).toEqual(['passed', 'failed']);
    expect(second.summary).toMatch(
      /```mermaid\ngantt\n[\s\S]*validate-env passed :done, \d+, \d+\n.*validate-env failed :crit/,
    );
  });

  test('is kept when the gate cannot read its configuration', async () => {
    const first = await runGate('validate-env', { with: { required: 'HOME' } });
    const second = await runGate('validate-env', { with: { record: first.outputs.record ?? '' } });
    expect(second.record?.gates.map(({ verdict }) => verdict)).toEqual(['passed', 'error']);
  });
});

describe('very many findings', () => {
  const services = Array.from({ length: 40 }, (_, index) => `service${index}`);
  const variables = Array.from({ length: 500 }, (_, index) => `    MISSING_VARIABLE_${index}: {}`);
  const config = `env:\n  ${services.join(', ')}:\n${variables.join('\n')}`;
  const many = runGate('validate-env', { config });

  test('make ten annotations, and the last one counts the rest', async () => {
    const { annotations, dropped, log } = await many;
    expect(annotations).toHaveLength(10);
    expect(dropped).toBe(0);
    expect(annotations.at(-1)?.message).toContain('19990 more of this severity');
    expect(log).toContain('service39.MISSING_VARIABLE_499');
  });

  test('keep the summary below its limit, which counts the rest', async () => {
    const { summary } = await many;
    expect(Buffer.byteLength(summary)).toBeLessThan(1024 * 1024);
    expect(summary).toMatch(/\d+ more do not fit here/);
    expect(summary).toContain('20000 checks');
  });

  test('leave outputs that can be passed to another step', async () => {
    const { outputs, findings, record } = await many;
    for (const value of Object.values(outputs)) expect(Buffer.byteLength(value)).toBeLessThan(128 * 1024);
    expect(findings.at(-1)).toMatchObject({
      code: 'gate/more-findings',
      message: expect.stringMatching(/^19\d{3} more/),
    });
    expect(record?.gates[0]?.findings.at(-1)).toMatchObject({ code: 'gate/more-findings' });
  });
});

test('the gates of one composite action share its ten annotations', async () => {
  const env = { RELEASE_GATES_IN_COMPOSITE: 'true' };
  const { annotations } = await runGate('validate-env', { with: { required: 'A,B,C,D,E,F,G' }, stepEnv: env });
  expect(annotations.map(({ message }) => message.slice(0, 8))).toEqual([
    'A is not',
    'B is not',
    'C is not',
    'D is not',
    'E is not',
  ]);
  expect(annotations.at(-1)?.message).toContain('And 2 more of this severity');
});

describe('a machine that is not quite a runner', () => {
  test.each([
    ['no environment at all', { bare: true }, 'config/missing-file'],
    [
      'no files for outputs and summary',
      { env: { GITHUB_OUTPUT: '', GITHUB_STEP_SUMMARY: '' } },
      'config/missing-file',
    ],
    [
      'no file for the event',
      { env: { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '/no/such/event.json' } },
      'config/missing-file',
    ],
    [
      'a summary that cannot be written',
      { env: { GITHUB_STEP_SUMMARY: '/no/such/summary' } },
      'The gate could not write the summary',
    ],
    [
      'outputs that cannot be written',
      { env: { GITHUB_OUTPUT: '/no/such/output' } },
      'The gate could not write its outputs',
    ],
  ])('%s', async (_, options, said) => {
    const gate = startGate('validate-env', options);
    try {
      expect(await gate.ended).toBe(1);
      expect(gate.printed()).toContain(said);
      expect(gate.printed()).not.toMatch(/^\s+at |Error:/m);
    } finally {
      gate.remove();
    }
  });

  test('a good verdict fails the step when the outputs cannot be written', async () => {
    const gate = startGate('validate-env', {
      env: { INPUT_REQUIRED: 'GITHUB_OUTPUT', GITHUB_OUTPUT: '/no/such/output' },
    });
    try {
      expect(await gate.ended).toBe(1);
    } finally {
      gate.remove();
    }
  });
});
