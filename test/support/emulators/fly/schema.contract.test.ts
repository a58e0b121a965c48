import { expect, test } from '@jest/globals';
import { buildSchema, type GraphQLSchema, isEnumType, isObjectType } from 'graphql';
import { describeWith } from '../../contracts.ts';
import { sampleBuild } from '../../sample-build.ts';
import { jsonClient } from '../json-client.ts';
import { SCHEMA } from './graphql.ts';
import { startFly } from './index.ts';
import { FLY_SCHEMA_MISSING, publishedFlySchema } from './published-schema.ts';

/** Fields of the emulator that the vendor does not have, or has with another type or other arguments. */
function differences(own: GraphQLSchema, vendor: GraphQLSchema): string[] {
  return Object.values(own.getTypeMap())
    .filter(type => !type.name.startsWith('__'))
    .flatMap(type => {
      const theirs = vendor.getType(type.name);
      if (theirs === undefined) return [`${type.name} is unknown to the vendor`];
      if (isEnumType(type) && isEnumType(theirs)) {
        const known = theirs.getValues().map(value => value.name);
        return type.getValues().flatMap(value => (known.includes(value.name) ? [] : [`${type.name}.${value.name}`]));
      }
      if (!isObjectType(type) || !isObjectType(theirs)) return [];
      return Object.values(type.getFields()).flatMap(field => {
        const their = theirs.getFields()[field.name];
        if (String(their?.type) !== String(field.type)) return [`${type.name}.${field.name}: ${their?.type}`];
        const missing = field.args.filter(
          arg => !their?.args.some(({ name, type }) => name === arg.name && String(type) === String(arg.type)),
        );
        return missing.map(arg => `${type.name}.${field.name}(${arg.name})`);
      });
    });
}

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
});
