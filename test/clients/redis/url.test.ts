import { expect, test } from '@jest/globals';
import { formatRedisAddress, parseRedisUrl, recognizeRedisText } from '../../../src/clients/redis/url.ts';

test.each([
  ['redis://cache', { host: 'cache', port: 6379, tls: false, database: 0 }],
  ['rediss://:p%40ss@cache:6380/2', { host: 'cache', port: 6380, password: 'p@ss', tls: true, database: 2 }],
  [
    'valkeys://app:50%@[::1]:7000?db=1',
    { host: '::1', port: 7000, username: 'app', password: '50%', tls: true, database: 1 },
  ],
  ['redis://cache/abc', undefined],
  ['https://x.upstash.io', undefined],
  ['cache:6379', undefined],
])('the parts of %s', (url, parts) => {
  expect(parseRedisUrl(url)).toEqual(parts);
});

test('an address never shows the credentials', () => {
  expect(formatRedisAddress('rediss://app:fake-secret@cache:6380/2')).toBe('cache:6380');
});

test.each([
  ['name.redis.cache.windows.net:6380,password=fake=,ssl=True,abortConnect=False', 'as Azure shows it'],
  ['redis-cli --tls -u redis://default:fake@x.upstash.io:6379', 'a command line of redis-cli'],
  ['"redis://cache"', 'a URL in quotes'],
  ['https://x.upstash.io', 'the address of a REST interface'],
])('%s is recognized', (text, name) => {
  expect(recognizeRedisText(text)?.name).toContain(name);
});

test.each(['redis://cache', 'rediss://:a,b=c@cache', 'anything'])('%s is no other form', text => {
  expect(recognizeRedisText(text)).toBeUndefined();
});
