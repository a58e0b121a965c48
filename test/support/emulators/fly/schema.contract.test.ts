import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { platformOn, startApp } from '../../../platforms/fly/fly.ts';
import { listener, never } from '../../../platforms/support.ts';
import { describeWith } from '../../contracts.ts';
import { sampleBuild } from '../../sample-build.ts';
import { jsonClient } from '../json-client.ts';
import { differences } from '../schema-differences.ts';
import { SCHEMA } from './graphql.ts';
import { startFly } from './index.ts';
import { FLY_SCHEMA_MISSING, publishedFlySchema } from './published-schema.ts';

describeWith('Fly.io GraphQL', publishedFlySchema(), FLY_SCHEMA_MISSING, published => {
  test('what the emulator answers is part of the published schema', () => {
    expect(differences(buildSchema(SCHEMA), published.schema)).toEqual([]);
  });

  test('a query of a client is valid in the published schema, or is reported', async () => {
    const image = 'registry.fly.io/pm-backend:deployment-1';
    const app = { builds: { [image]: sampleBuild('one') }, image };
    const fly = await startFly({ apps: { 'pm-backend': app }, token: 'fm2_test' });
    const call = jsonClient(fly.apiUrl, 'Bearer fm2_test');
    await call('POST /graphql', { query: '{ app(name: "pm-backend") { secrets { name digest } } }' });
    expect(published.violations(fly.requests)).toEqual([]);
    await call('POST /graphql', { query: '{ app(name: "pm-backend") { liveRelease { id } } }' });
    await fly.stop();
    expect(published.violations(fly.requests)).toEqual([expect.stringContaining('liveRelease')]);
  });

  test('all that the adapter asks is valid in the published schema', async () => {
    const fly = await startApp();
    await platformOn(fly).deploy('c'.repeat(40), never, listener());
    await platformOn(fly).variables(never);
    await fly.stop();
    expect(fly.requests.some(({ path }) => path === '/graphql')).toBe(true);
    expect(published.violations(fly.requests)).toEqual([]);
  });
});
