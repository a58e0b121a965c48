import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { areSecretsWithheld, readPullRequestNumber } from '../../src/github/event.ts';

const dependabot = { GITHUB_ACTOR: 'dependabot[bot]' };

test.each(['pull_request', 'push', 'deployment_status'])('Dependabot gets no secrets of Actions: %s', event => {
  expect(areSecretsWithheld({ ...dependabot, GITHUB_EVENT_NAME: event })).toBe(true);
});

test.each(['schedule', 'workflow_dispatch', 'workflow_run'])(
  'it does where a person or the clock decides: %s',
  event => {
    expect(areSecretsWithheld({ ...dependabot, GITHUB_EVENT_NAME: event })).toBe(false);
  },
);

test('a person who runs it again does not change that; a person who triggers it does', () => {
  const event = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_TRIGGERING_ACTOR: 'someone' };
  expect(areSecretsWithheld({ ...dependabot, ...event })).toBe(true);
  expect(areSecretsWithheld({ ...event, GITHUB_ACTOR: 'someone' })).toBe(false);
});

test('a run without an event, as by hand, keeps its secrets', () => {
  expect(areSecretsWithheld({})).toBe(false);
  expect(areSecretsWithheld({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '/no/such/event.json' })).toBe(
    false,
  );
});

describe('the event', () => {
  const folder = mkdtempSync(join(tmpdir(), 'release-gates-event-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  function variablesOf(event: object) {
    const path = join(folder, 'event.json');
    writeFileSync(path, JSON.stringify(event));
    return { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path, GITHUB_REPOSITORY: 'acme/shop' };
  }

  test.each([
    ['a branch of the repository', { repo: { full_name: 'acme/shop' } }, false],
    ['a fork', { repo: { full_name: 'someone/shop' } }, true],
    ['a fork that is deleted', { repo: null }, true],
  ])('tells the pull request, which is from %s', (_, head, withheld) => {
    const variables = variablesOf({ number: 7, pull_request: { number: 7, head } });
    expect(readPullRequestNumber(variables)).toBe(7);
    expect(areSecretsWithheld(variables)).toBe(withheld);
  });

  test.each([
    ['pull_request_review', true],
    ['pull_request_review_comment', true],
    ['pull_request_target', false],
  ])('of a fork comes without secrets where its code runs: %s', (name, withheld) => {
    const variables = variablesOf({ pull_request: { number: 7, head: { repo: { full_name: 'someone/shop' } } } });
    expect(areSecretsWithheld({ ...variables, GITHUB_EVENT_NAME: name })).toBe(withheld);
  });

  test('may begin with a byte order mark', () => {
    const path = join(folder, 'bom.json');
    writeFileSync(path, `\ufeff${JSON.stringify({ pull_request: { number: 7, head: { repo: null } } })}`);
    const variables = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path, GITHUB_REPOSITORY: 'acme/shop' };
    expect([readPullRequestNumber(variables), areSecretsWithheld(variables)]).toEqual([7, true]);
  });

  test.each(['null', '[]', '"text"', '{"pull_request": null}', '{"pull_request": 7}', '{', ''])(
    'of an odd shape has no pull request: %s',
    text => {
      const path = join(folder, 'odd.json');
      writeFileSync(path, text);
      const variables = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: path };
      expect([readPullRequestNumber(variables), areSecretsWithheld(variables)]).toEqual([undefined, false]);
    },
  );

  test('with a number that is none has no number', () => {
    expect(readPullRequestNumber(variablesOf({ pull_request: { number: '7; DROP' } }))).toBeUndefined();
  });

  test('of a push has no pull request', () => {
    expect(readPullRequestNumber(variablesOf({ ref: 'refs/heads/main' }))).toBeUndefined();
    expect(readPullRequestNumber({ GITHUB_EVENT_PATH: '/no/such/event.json' })).toBeUndefined();
    expect(readPullRequestNumber({})).toBeUndefined();
  });
});
