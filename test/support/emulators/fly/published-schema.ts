import { buildSchema, type GraphQLSchema, parse, validate } from 'graphql';
import { contract } from '../../contracts.ts';
import type { RecordedRequest } from '../http.ts';
import { recordOf, textOf } from '../values.ts';

export const FLY_SCHEMA_MISSING = 'runs with test/contracts';

export interface PublishedFlySchema {
  schema: GraphQLSchema;
  /** What is wrong with the queries among the requests; empty when all of them are valid. */
  violations(requests: readonly RecordedRequest[]): string[];
}

/** Fly.io's own GraphQL schema, or undefined where it is not kept beside the checkout. */
export function publishedFlySchema(): PublishedFlySchema | undefined {
  const text = contract('fly-graphql-schema.graphql');
  if (text === undefined) return undefined;
  const schema = buildSchema(text);
  return {
    schema,
    violations: requests =>
      requests
        .filter(({ path }) => path === '/graphql')
        .flatMap(({ body }) => validate(schema, parse(textOf(recordOf(body).query) ?? '')))
        .map(error => error.message),
  };
}
