import { expect, test } from '@jest/globals';
import { explainPostgresError } from '../../src/clients/postgres-errors.ts';
import { GateError } from '../../src/core/errors.ts';

const refusal = (code: string, message: string) => Object.assign(new Error(message), { code, severity: 'FATAL' });

test.each([
  [
    '28000',
    'no pg_hba.conf entry for host "192.0.2.1", user "a", database "b", no encryption',
    'database/not-admitted',
    'sslmode=require',
  ],
  ['XX000', 'Tenant or user not found', 'database/wrong-password', 'postgres.<project-ref>'],
  ['XX000', '(ENOTFOUND) tenant/user postgres.abcdefghijklmnopqrst not found', 'database/wrong-password', 'aws-1-'],
  ['XX000', 'Max client connections reached', 'database/refused', 'port 6543'],
  ['08P01', 'no such user: app', 'database/wrong-password', 'auth_file'],
  ['XX000', 'Endpoint ID is not specified. Either upgrade the client', 'database/wrong-password', 'endpoint%3D'],
  ['53300', 'sorry, too many clients already', 'database/refused', 'port 6543'],
  ['XX000', 'MaxClientsInSessionMode: max clients reached', 'database/refused', 'port 6543'],
  ['08P01', 'no more connections allowed (max_client_conn)', 'database/refused', 'pool size'],
  ['57P03', 'the database system is starting up', 'database/starting', 'connect_timeout'],
  ['P0001', 'no such user', 'database/refused', 'at its provider'],
])('%s %s is %s', (code, message, kind, help) => {
  const explained = explainPostgresError(refusal(code, message), { name: 'db:5432/app' });
  if (!(explained instanceof GateError)) throw explained;
  expect(explained.findings[0]).toMatchObject({ code: kind, help: expect.stringContaining(help) });
});
