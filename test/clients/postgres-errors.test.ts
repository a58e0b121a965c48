import { expect, test } from '@jest/globals';
import { explainPostgresError } from '../../src/clients/postgres-errors.ts';

const entry = 'no pg_hba.conf entry for host "192.0.2.7", user "app", database "shop"';

test.each([
  [`${entry}, no encryption`, 'database/not-admitted', 'sslmode=require'],
  [`${entry}, SSL off`, 'database/not-admitted', 'sslmode=require'],
  [`${entry}, SSL encryption`, 'database/not-admitted', 'address of the runner'],
  [entry, 'database/not-admitted', 'address of the runner'],
  ['role "app" is not permitted to log in', 'database/not-admitted', 'LOGIN'],
  ['PAM authentication failed for user "app"', 'database/not-admitted', 'rds_iam'],
  ['certificate authentication failed for user "app"', 'database/not-admitted', 'sslcert'],
  ['connection requires a valid client certificate', 'database/not-admitted', 'sslkey'],
  ['role "app" does not exist', 'database/wrong-password', 'Set the secret'],
])('28000 is not always a wrong password: %s', (message, code, help) => {
  const error = Object.assign(new Error(message), { code: '28000', severity: 'FATAL' });
  expect(explainPostgresError(error, { name: 'db:5432/shop' })).toMatchObject({
    findings: [{ code, help: expect.stringContaining(help) }],
  });
});

test.each([
  ['db.abcdefghijklmnopqrst.supabase.co:5432/postgres', 'SSL Configuration'],
  ['shop.abc.eu-central-1.rds.amazonaws.com:5432/shop', 'global-bundle.pem'],
  ['10.0.0.5:5432/shop', 'gcloud sql ssl server-ca-certs list'],
])('the authority of a server that nobody knows is asked for: %s', (name, where) => {
  const error = Object.assign(new Error('self-signed certificate in certificate chain'), {
    code: 'SELF_SIGNED_CERT_IN_CHAIN',
  });
  expect(explainPostgresError(error, { name })).toMatchObject({
    findings: [{ code: 'network/certificate-self-signed', help: expect.stringMatching(/sslrootcert/) }],
  });
  expect(explainPostgresError(error, { name })).toMatchObject({
    findings: [{ help: expect.stringContaining(where) }],
  });
});
