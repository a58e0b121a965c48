import { expect, test } from '@jest/globals';
import { findKnownPooler } from '../../src/clients/pooler-addresses.ts';

test.each([
  ['aws-0-eu-central-1.pooler.supabase.com', '6543', { mode: 'transaction', isFixed: true }],
  ['aws-0-eu-central-1.pooler.supabase.com', '', { mode: 'session', isFixed: true }],
  ['ep-a-b-123-pooler.eu-central-1.aws.neon.tech', '', { mode: 'transaction', isFixed: true }],
  ['ep-a-b-123.eu-central-1.aws.neon.tech', '', { mode: 'none', isFixed: true }],
  ['eu-central-1.pg.psdb.cloud', '6432', { mode: 'transaction', isFixed: true }],
  ['eu-central-1.pg.psdb.cloud', '5432', { mode: 'none', isFixed: true }],
  ['pgbouncer.railway.internal', '6432', { mode: 'transaction', isFixed: false }],
  ['db-1-do-user-2-0.b.db.ondigitalocean.com', '25061', { mode: 'transaction', isFixed: false }],
  ['db-1-do-user-2-0.b.db.ondigitalocean.com', '25060', { mode: 'none', isFixed: false }],
  ['my-pooler.example.com', '6543', undefined],
])('%s:%s', (host, port, known) => {
  expect(findKnownPooler(host, port)).toEqual(known);
});
