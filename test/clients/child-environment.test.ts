import { describe, expect, test } from '@jest/globals';
import { makeChildEnvironment } from '../../src/clients/child-environment.ts';
import { testContext } from '../support/context.ts';

const needed = {
  PATH: '/usr/bin:/bin',
  HOME: '/home/runner',
  LANG: 'C.UTF-8',
  HTTPS_PROXY: 'http://user:fake-password@proxy.example.com:3128',
  JAVA_HOME: '/opt/java/x64-Temurin21A',
  LD_LIBRARY_PATH: '/opt/python/lib:',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
  RUNNER_OS: 'Linux',
  npm_config_registry: 'https://npm.example.com/',
};

const others = {
  'INPUT_GITHUB-TOKEN': 'fake-github-token',
  INPUT_CONFIG: '/absolute/path.yml',
  GITHUB_TOKEN: 'fake-github-token',
  ACTIONS_RUNTIME_TOKEN: 'fake-runtime-token',
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'fake-id-token',
  ACTIONS_ID_TOKEN_REQUEST_URL: 'https://token.actions.example.com/idtoken?hash=1',
  ACTIONS_CACHE_FOLDER: '/cache',
  GITHUB_ENV: '/runner/env',
  GITHUB_PATH: '/runner/path',
  GITHUB_OUTPUT: '/runner/output',
  GITHUB_STEP_SUMMARY: '/runner/summary',
  STATE_X: '/state',
  VERCEL_TOKEN: 'fake-vercel-token',
  DIRECT_URL: 'postgresql://app:fake-password@db.example.com/app',
  SMOKE_EMAIL: 'smoke@example.com',
  PLAIN: 'word',
  SLASH_TOKEN: '/fake/token/that/looks/like/a/path',
  'npm_config_//npm.example/:_authToken': 'fake-npm-token',
};

describe('the environment of a child', () => {
  test('has what programs need, and no credential of the step', () => {
    const context = testContext({ variables: { ...needed, ...others, UNSET: undefined } });
    expect(makeChildEnvironment(context)).toEqual(needed);
  });

  test('has the variables that the command names, which are hidden from then on', () => {
    const context = testContext({ variables: { ...needed, ...others } });
    const command = 'deploy --token "$VERCEL_TOKEN" --as ${SMOKE_EMAIL} $NOT_SET $PLAIN';
    const { VERCEL_TOKEN, SMOKE_EMAIL, PLAIN } = others;
    expect(makeChildEnvironment(context, {}, command)).toEqual({ ...needed, VERCEL_TOKEN, SMOKE_EMAIL, PLAIN });
    expect(context.redactor.redact(`${SMOKE_EMAIL} ${VERCEL_TOKEN} ${PLAIN}`)).toBe('*** *** word');
  });

  test('has what is given, and not what is given as undefined', () => {
    const context = testContext({ variables: { ...needed, ...others } });
    const given = { FLY_API_TOKEN: 'fake', LANG: undefined, PATH: '/bin' };
    const { LANG: _, ...rest } = needed;
    expect(makeChildEnvironment(context, given)).toEqual({ ...rest, PATH: '/bin', FLY_API_TOKEN: 'fake' });
  });
});
