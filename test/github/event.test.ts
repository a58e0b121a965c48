import { expect, test } from '@jest/globals';
import { secretsAreWithheld } from '../../src/github/event.ts';

const dependabot = { GITHUB_ACTOR: 'dependabot[bot]' };

test.each(['pull_request', 'push', 'deployment_status'])('Dependabot gets no secrets of Actions: %s', event => {
  expect(secretsAreWithheld({ ...dependabot, GITHUB_EVENT_NAME: event })).toBe(true);
});

test.each(['schedule', 'workflow_dispatch', 'workflow_run'])(
  'it does where a person or the clock decides: %s',
  event => {
    expect(secretsAreWithheld({ ...dependabot, GITHUB_EVENT_NAME: event })).toBe(false);
  },
);

test('a person who runs it again changes nothing, a person who set it off does', () => {
  const event = { GITHUB_EVENT_NAME: 'pull_request', GITHUB_TRIGGERING_ACTOR: 'someone' };
  expect(secretsAreWithheld({ ...dependabot, ...event })).toBe(true);
  expect(secretsAreWithheld({ ...event, GITHUB_ACTOR: 'someone' })).toBe(false);
});

test('a run without an event, as by hand, keeps its secrets', () => {
  expect(secretsAreWithheld({})).toBe(false);
  expect(secretsAreWithheld({ GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '/no/such/event.json' })).toBe(
    false,
  );
});
