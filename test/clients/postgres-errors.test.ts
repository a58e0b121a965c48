import { expect, test } from '@jest/globals';
import { explainPostgresError } from '../../src/clients/postgres-errors.ts';

const entry = 'no pg_hba.conf entry for host "192.0.2.7", user "app", database "shop"';

test.each([
  [`${entry}, no encryption`, 'database/not-admitted', 'sslmode=require'],
  [`${entry}, SSL off`, 'database/not-admitted', 'sslmode=require'],
  [`${entry}, SSL encryption`, 'database/not-admitted', 'address of the runner'],
  [entry, 'database/not-admitted', 'address of the runner'],
  ['role "app" is not permitted to log in', 'database/not-admitted', 'LOGIN'],
  ['role "app" does not exist', 'database/wrong-password', 'Set the secret'],
])('28000 is not always a wrong password: %s', (message, code, help) => {
  const error = Object.assign(new Error(message), { code: '28000', severity: 'FATAL' });
  expect(explainPostgresError(error, { name: 'db:5432/shop' })).toMatchObject({
    findings: [{ code, help: expect.stringContaining(help) }],
  });
});
