import { describe, expect, test } from '@jest/globals';
import { readSecret, replaceVariables, unescapeValue } from '../../src/config/variables.ts';
import { GateError } from '../../src/core/errors.ts';
import type { Finding } from '../../src/core/finding.ts';
import { testContext } from '../support/context.ts';

const place = { path: '.github/release-gates.yml', line: 3, column: 5 };
const variables = { TOKEN: 'fake-token-value', EMPTY: '', PORT: '8080' };

function findingsOf(run: () => unknown): Finding[] {
  try {
    run();
  } catch (error) {
    if (error instanceof GateError) return error.findings;
    throw error;
  }
  return [];
}

describe('a variable of the step', () => {
  test('is hidden from the moment it is read', () => {
    const context = testContext({ variables });
    expect(readSecret(context, 'TOKEN', { purpose: 'the deploy' })).toBe('fake-token-value');
    context.log.info('Bearer fake-token-value');
    expect(context.logged).toEqual(['Bearer ***']);
  });

  test.each([
    ['MISSING', 'is not set'],
    ['EMPTY', 'is empty'],
    ['constructor', 'is not set'],
  ])('is asked for where it has no value: %s', (name, problem) => {
    const context = testContext({ variables: Object.assign(Object.create(null), variables) });
    expect(findingsOf(() => readSecret(context, name, { purpose: 'the deploy', place }))).toMatchObject([
      {
        code: 'config/unset-variable',
        message: `The variable ${name}, needed by the deploy, ${problem} in this step.`,
        help: expect.stringContaining(`\`env: { ${name}: \${{ secrets.${name} }} }\``),
        place,
      },
    ]);
  });

  test('is known to be withheld from a fork', () => {
    const context = testContext({ variables, secretsWithheld: true });
    expect(findingsOf(() => readSecret(context, 'MISSING', { purpose: 'the deploy' }))).toMatchObject([
      { code: 'config/fork-without-secrets' },
    ]);
  });
});

describe('a declaration with variables', () => {
  test('gets their values', () => {
    const declared = {
      get: '/?port=${PORT}',
      headers: { authorization: 'Bearer ${TOKEN}' },
      list: ['${ PORT }'],
      count: 1,
    };
    const context = testContext({ variables });
    expect(replaceVariables(context, declared)).toEqual({
      get: '/?port=8080',
      headers: { authorization: 'Bearer fake-token-value' },
      list: ['8080'],
      count: 1,
    });
    expect(context.redactor.redact('fake-token-value')).toBe('***');
  });

  test('names all that are missing, each once', () => {
    const declared = ['${MISSING} ${MISSING}', '${EMPTY}', '${TOKEN}'];
    const findings = findingsOf(() => replaceVariables(testContext({ variables }), declared, place));
    expect(findings.map(({ message }) => /variable (\w+)/.exec(message)?.[1])).toEqual(['MISSING', 'EMPTY']);
  });

  test('keeps what is escaped, until the escape is taken off', () => {
    const kept = replaceVariables(testContext({ variables }), { text: '$${TOKEN} ${PORT}' });
    expect(kept).toEqual({ text: '$${TOKEN} 8080' });
    expect(unescapeValue(kept)).toEqual({ text: '${TOKEN} 8080' });
  });
});
