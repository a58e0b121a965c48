import { afterEach, expect, test } from '@jest/globals';
import { buildClientSchema, buildSchema, type GraphQLSchema, type IntrospectionQuery, parse, validate } from 'graphql';
import { commits, platformOn, startEnvironment } from '../../../platforms/railway/railway.ts';
import { listener, never } from '../../../platforms/support.ts';
import { contract, describeWith } from '../../contracts.ts';
import { differences } from '../schema-differences.ts';
import { recordOf, textOf } from '../values.ts';
import { SCHEMA } from './graphql.ts';
import type { RailwayEmulator } from './index.ts';

describeWith('Railway GraphQL', publishedSchema(), 'shared/contracts is not beside this checkout', published => {
  let railway: RailwayEmulator;

  afterEach(() => railway.stop());

  test('what the emulator answers is part of the published schema', async () => {
    railway = await startEnvironment();
    expect(differences(buildSchema(SCHEMA), published)).toEqual([]);
  });

  test('all that the adapter asks is valid in the published schema', async () => {
    railway = await startEnvironment();
    const platform = platformOn(railway);
    const { deployment } = await platform.live(never);
    await platform.deploy(commits.good, never, listener());
    await platform.deploy(commits.unbuildable, never, listener());
    await platform.rollback(deployment ?? { id: '' }, 'bad', never, listener());
    await platform.obstaclesToRollback({ id: deployment?.id ?? '' }, never);
    await platform.candidates(await platform.live(never), never);
    await platform.variables(never);
    await platform.log({ id: deployment?.id ?? '' }, never);
    await platform.holdAutoDeploys(never);
    const controller = new AbortController();
    const watching = listener(text => text.includes('INITIALIZING') && controller.abort(new Error('cancelled')));
    await platform.deploy(commits.older, controller.signal, watching).catch(() => {});

    const queries = railway.requests.map(({ body }) => textOf(recordOf(body).query) ?? '');
    for (const operation of [
      'deploymentCancel',
      'serviceInstanceAutoDeployUpdate',
      'deploymentRollback',
      'buildLogs',
    ]) {
      expect(queries.join(' ')).toContain(operation);
    }
    expect(queries.flatMap(query => validate(published, parse(query)).map(({ message }) => message))).toEqual([]);
  });
});

/** Railway's own GraphQL schema, or undefined where it is not kept beside the checkout. */
function publishedSchema(): GraphQLSchema | undefined {
  const text = contract('railway-graphql-schema.json');
  if (text === undefined) return undefined;
  const introspection: { data?: IntrospectionQuery } & IntrospectionQuery = JSON.parse(text);
  return buildClientSchema(introspection.data ?? introspection);
}
