import { afterEach, expect, test } from '@jest/globals';
import { buildClientSchema, buildSchema, type GraphQLSchema, type IntrospectionQuery, parse, validate } from 'graphql';
import { commits, platformOn, startEnvironment } from '../../../platforms/railway/railway.ts';
import { listener, never, slowState } from '../../../platforms/support.ts';
import { contract, describeWith } from '../../contracts.ts';
import { lightBuild } from '../../sample-build.ts';
import { differences } from '../schema-differences.ts';
import { recordOf, textOf } from '../values.ts';
import { SCHEMA } from './graphql.ts';
import type { RailwayEmulator } from './index.ts';

describeWith('Railway GraphQL', publishedSchema(), 'runs with test/contracts', published => {
  let railway: RailwayEmulator;

  afterEach(() => railway.stop());

  test('what the emulator answers is part of the published schema', async () => {
    railway = await startEnvironment();
    expect(differences(buildSchema(SCHEMA), published)).toEqual([]);
  });

  test('all that the adapter asks is valid in the published schema', async () => {
    railway = await startEnvironment({ autoDeploy: true });
    const platform = platformOn(railway);
    const { deployment } = await platform.live(never);
    await platform.obstaclesToDeploy(commits.good, never);
    await platform.deploy(commits.good, never, listener());
    await platform.deploy(commits.unbuildable, never, listener());
    railway.service('worker').stopsAt = 'SKIPPED';
    await platform.deploy(commits.crashing, never, listener());
    await platform.rollback(deployment ?? { id: '' }, 'bad', never, listener());
    await platform.obstaclesToRollback({ id: deployment?.id ?? '' }, never);
    await platform.candidates(await platform.live(never), never);
    await platform.variables(never);
    await platform.log({ id: deployment?.id ?? '' }, never);
    await platform.readAutoDeploys(never);
    await platform.setAutoDeploys?.(undefined, never);

    expectAsked('deploymentTriggers', 'serviceInstanceAutoDeployUpdate', 'deploymentRollback', 'buildLogs');
    expect(faults(published)).toEqual([]);
  });

  test('so is what it asks for a service that runs an image', async () => {
    const [old, good] = ['ghcr.io/acme/worker:1', `ghcr.io/acme/worker:${commits.good}`];
    const builds = { [old]: lightBuild('old'), [good]: lightBuild('good') };
    railway = await startEnvironment({ image: true, builds, live: old, history: [] });
    const platform = platformOn(railway, { service: { image: good } });
    await platform.obstaclesToDeploy(commits.good, never);
    await platform.deploy(commits.good, never, listener());
    expectAsked('source { image repo }', 'serviceInstanceUpdate', 'serviceInstanceDeployV2');
    expect(faults(published)).toEqual([]);
  });

  test('so is what it asks when it is cancelled', async () => {
    railway = await startEnvironment({}, slowState);
    const controller = new AbortController();
    const watching = listener(text => text.includes(' is ') && controller.abort(new Error('cancelled')));
    await expect(platformOn(railway).deploy(commits.good, controller.signal, watching)).rejects.toThrow('cancelled');
    expectAsked('deploymentCancel');
    expect(faults(published)).toEqual([]);
  });

  const queries = () => railway.requests.map(({ body }) => textOf(recordOf(body).query) ?? '');

  function expectAsked(...operations: string[]): void {
    for (const operation of operations) expect(queries().join(' ')).toContain(operation);
  }

  function faults(schema: GraphQLSchema): string[] {
    return queries().flatMap(query => validate(schema, parse(query)).map(({ message }) => message));
  }
});

/** Railway's own GraphQL schema, or undefined where it is not kept beside the checkout. */
function publishedSchema(): GraphQLSchema | undefined {
  const text = contract('railway-graphql-schema.json');
  if (text === undefined) return undefined;
  const introspection: { data?: IntrospectionQuery } & IntrospectionQuery = JSON.parse(text);
  return buildClientSchema(introspection.data ?? introspection);
}
