import { expect, test } from '@jest/globals';
import { listSecretNames } from '../../src/config/secret-keys.ts';
import { replaceVariables } from '../../src/config/variables.ts';
import { testContext } from '../support/context.ts';

test('names under a key for credentials are found, however deep', () => {
  const value = {
    url: '${HOST}/x',
    bearer: '${A}',
    headers: { 'X-Api-Key': 'k ${B}', accept: '${C}' },
    steps: [{ basic: { user: '${D}', password: '${E}' } }],
  };
  expect(listSecretNames(value)).toEqual(['A', 'B', 'D', 'E']);
});

test('a variable of plain words is hidden where it is a credential, and shown where it is not', () => {
  const context = testContext({ variables: { BYPASS: 'plain-old-words', APP: 'pm-backend' } });
  replaceVariables(context, { app: '${APP}', headers: { authorization: 'Basic ${BYPASS}' } });
  expect(context.redactor.redact('plain-old-words on pm-backend')).toBe('*** on pm-backend');
});
