import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GateReport, listFindings } from '../../../src/core/report.ts';
import { codesOf } from '../../platforms/support.ts';
import { listen, stopServer } from '../../support/listen.ts';
import { commits, startWorld, type World } from '../deploy/world.ts';

let world: World;
let server: Server;
let url: string;
let folder: string;

/** A service that counts its versions, and tells the one that stands in a file. */
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'release-gates-versions-'));
  await writeFile(join(folder, 'version'), '1207');
  server = createServer(async (_request, response) => response.end(await readFile(join(folder, 'version'), 'utf8')));
  [url, world] = await Promise.all([listen(server), startWorld()]);
});

afterEach(async () => {
  await Promise.all([world.stop(), stopServer(server)]);
  await rm(folder, { recursive: true });
});

function rollback(target: string, services = ['app']) {
  const service = (name: string) =>
    `${name}: { platform: command, command: "true", rollback-command: 'printf %s "$RELEASE_TARGET" > version',` +
    ` live: { get: /version }, url: "${url}", within: 1s }`;
  return world.rollback({
    target,
    services,
    configuration: `services:\n  ${service('app')}\n  ${service('jobs')}`,
    variables: { PATH: process.env.PATH ?? '' },
    context: { workspace: folder },
  });
}

const resultOf = ({ verdict, outputs }: GateReport) => [verdict, outputs.result];

describe('a target of only digits', () => {
  test('is a version of the one service that commands deploy, if no release has this id', async () => {
    expect(resultOf(await rollback('1206'))).toEqual(['passed', 'verified']);
    expect(await readFile(join(folder, 'version'), 'utf8')).toBe('1206');
  });

  test('is the release with this id, if there is one', async () => {
    const deployed = await world.deploy(commits.good);
    const [release] = world.github.deployments.all;
    expect(deployed.verdict).toBe('passed');
    const report = await world.rollback({ target: String(release?.id), services: ['web'] });
    expect(resultOf(report)).toEqual(['passed', 'verified']);
    expect(await world.versions()).toEqual({ api: 'good', web: 'old' });
  });

  test.each([
    ['several services', () => rollback('1206', [])],
    ['a service whose deployments have other names', () => world.rollback({ target: '1206', services: ['web'] })],
  ])('is not a version of %s', async (_what, run) => {
    const report = await run();
    expect(resultOf(report)).toEqual(['error', 'no-target']);
    expect(codesOf(listFindings(report))).toEqual(['rollback/no-release']);
    expect(await readFile(join(folder, 'version'), 'utf8')).toBe('1207');
  });
});
