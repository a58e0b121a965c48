import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { listTreatments, treatParameter } from '../../src/clients/postgres-parameters.ts';

const page = readFileSync(join(import.meta.dirname, '../../docs/connection-strings.md'), 'utf8');

/** What a row of the documentation begins with, by treatment. */
const words = { honoured: /honoured/, 'for-others': /^without effect/, ignored: /^ignored/, refused: /^refused/ };

test.each(listTreatments())('the documentation has what is %s', (treatment, names) => {
  const rows = page.split('\n').flatMap(line => {
    const [, parameters, effect] = /^\| (`.*) \| (.*) \|$/.exec(line) ?? [];
    return parameters && effect && words[treatment].test(effect) ? [parameters] : [];
  });
  const documented = rows.flatMap(row => [...row.matchAll(/`([^`=]+)`/g)].map(([, name]) => name));
  expect(documented.sort()).toEqual([...names].sort());
});

test.each([
  ['gssencmode', 'require', 'refused'],
  ['gssencmode', 'disable', 'for-others'],
  ['client_encoding', 'UTF8', 'for-others'],
  ['colour', 'blue', 'ignored'],
])('%s=%s is %s', (name, value, treatment) => {
  expect(treatParameter(name, value)).toBe(treatment);
});
