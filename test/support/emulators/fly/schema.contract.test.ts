import { expect, test } from '@jest/globals';
import { buildSchema, type GraphQLSchema, isEnumType, isObjectType, parse, specifiedRules, validate } from 'graphql';
import { contract, describeWith } from '../../contracts.ts';
import { SCHEMA } from './graphql.ts';

const published = contract('fly-graphql-schema.graphql');

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

describeWith('Fly.io GraphQL', published, 'shared/contracts is not beside this checkout', text => {
  const vendor = buildSchema(text);

  test('what the emulator answers is part of the published schema', () => {
    expect(differences(buildSchema(SCHEMA), vendor)).toEqual([]);
  });

  test('the query a client makes of it is valid in the published schema', () => {
    const query = parse(`query ($name: String!) {
      app(name: $name) {
        currentReleaseUnprocessed { id version status imageRef }
        releasesUnprocessed(first: 25) { nodes { id version description reason status imageRef stable user { email } createdAt } }
        secrets { name digest createdAt }
      }
    }`);
    expect(validate(vendor, query, specifiedRules)).toEqual([]);
  });
});
