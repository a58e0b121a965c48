import { describe, expect, test } from '@jest/globals';
import { parsePostgresUrl } from '../../src/clients/postgres-url.ts';

test.each([
  ['postgresql://app:fake@db.example.com/shop', 'db.example.com:5432/shop'],
  ['postgres://app:fake@db.example.com:6543/my%20shop?sslmode=require', 'db.example.com:6543/my shop'],
  ['postgres://db.example.com/shop?user=app@tenant&password=fake', 'db.example.com:5432/shop'],
])('%s is shown as %s', (url, name) => {
  expect(parsePostgresUrl(url, 'DATABASE_URL').name).toBe(name);
});

test('a schema that is left empty is none', () => {
  expect(parsePostgresUrl('postgres://app@db.example.com/shop?schema=', 'DATABASE_URL').schema).toBeUndefined();
});

describe('no connection string, told without any part of it', () => {
  test.each([
    ['is another address', 'https://db.example.com/4815'],
    ['has a name that is not percent-encoded', 'postgres://app:fake@db.example.com/4815%zz'],
    ['has a # in its password', 'postgres://app:4815#2342@db.example.com/shop'],
    ['has a / in its password', 'postgres://app:4815/2342@db.example.com/shop'],
    ['has a ? in its password', 'postgres://app:4815?2342@db.example.com/shop'],
  ])('%s', (_, url) => {
    const read = () => parsePostgresUrl(url, 'DATABASE_URL');
    expect(read).toThrow('The value of DATABASE_URL is not a PostgreSQL connection string.');
    expect(read).not.toThrow('4815');
  });
});
