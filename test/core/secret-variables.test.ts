import { describe, expect, test } from '@jest/globals';
import { judgeName } from '../../src/core/secret-names.ts';
import { listSecretValues, looksLikeSecret, mustBeHidden } from '../../src/core/secret-variables.ts';

const commit = '0123456789abcdef0123456789abcdef01234567';

describe('a variable of the step', () => {
  test.each([
    ['DEPLOY_TOKEN', 'plain words'],
    ['INPUT_GITHUB-TOKEN', 'not-a-real-token'],
    ['ACTIONS_RUNTIME_TOKEN', 'not-a-real-token'],
    ['SMOKE_PW', 'hunter'],
    ['JWT_SECRET_PRODUCTION', 'correct horse'],
    ['STRIPE_KEY', 'words-only'],
    ['DATABASE', 'postgresql://app:geheim@db.example.com/app'],
    ['LOGIN', 'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjMifQ.c2lnbmF0dXJl'],
    ['FLY', 'FlyV1 fm2_notARealTokenButAsLongAsOne,fm2_another'],
    ['SESSION', 'x7Kd9!'],
    ['AUTH_VALUE', 'fakeKd82hfQpz01Lm4X'],
    ['THING', '4f9b2c7d8e1a60354f9b2c7d8e1a6035a6b8c9d0e1f24f9b2c7d8e1a60350147'],
    ['DATABASE_URL', 'host=db.example.com password=geheim'],
    ['THING', 'pGH8xkq2LmZ0vRt7YbNc4WsD'],
    ['DEPLOY', '-----BEGIN PRIVATE KEY-----\nMIIfakefakefakefakefake\n-----END PRIVATE KEY-----'],
  ])('looks like a secret: %s', (name, value) => expect(looksLikeSecret(name, value)).toBe(true));

  test.each([
    ['GITHUB_SHA', commit],
    ['GITHUB_REPOSITORY', 'acme/prediction-market'],
    ['RUNNER_TEMP', '/home/runner/work/_temp'],
    ['PATH', '/usr/local/sbin:/usr/bin:/snap/bin'],
    ['INPUT_RECORD', `{"version":1,"commit":"${commit}"}`],
    ['SESSION_COOKIE_NAME', 'session-id'],
    ['AUTH_URL', 'https://auth.example.com'],
    ['AUTHOR', 'somebody'],
    ['MONKEY', 'banana'],
    ['TOKEN_TTL', '15 minutes'],
    ['FLY_APP_NAME', 'pm-backend'],
    ['REDIS_URL', 'redis://localhost:6379'],
    ['DATABASE_URL', 'postgresql://app@db.example.com/app'],
    ['USE_TOKEN', 'true'],
    ['AUTH_PROVIDER', 'supabase'],
    ['COOKIE_CONSENT', 'required'],
    ['GIT_COMMIT', commit],
    ['PWD', '/home/runner/work/x7Kd9Lm2Q'],
  ])('does not look like a secret: %s', (name, value) => expect(looksLikeSecret(name, value)).toBe(false));
});

describe('a variable that the configuration uses', () => {
  test.each([
    ['FLY_APP_NAME', 'pm-backend'],
    ['REGION', 'eu-central-1'],
    ['API_URL', 'https://api2.staging.example.com/v1'],
    ['VERSION', '1.24.3'],
    ['GITHUB_SHA', commit],
  ])('is shown: %s', (name, value) => expect(mustBeHidden(name, value)).toBe(false));

  test.each([
    ['SMOKE_EMAIL', 'smoke+release@example.com'],
    ['LOGIN', 'x7Kd9!'],
    ['STATUS_URL', 'https://status.example.com/x7Kd9Lm2/feed'],
    ['ANSWER', commit],
  ])('is hidden: %s', (name, value) => expect(mustBeHidden(name, value)).toBe(true));
});

test('the secrets among variables are listed, and none that is empty', () => {
  const variables = { GITHUB_SHA: commit, API_TOKEN: 'fake-token', EMPTY_TOKEN: '', UNSET_TOKEN: undefined };
  expect(listSecretValues(variables)).toEqual(['fake-token']);
});

describe('the name of a variable tells a secret', () => {
  test.each(
    'JWT_SECRET API_TOKEN DB_PASS DB_PWD SMTP_PASSWORD PASSWORD_SALT PEPPER WALLET_MNEMONIC HD_SEED APP_KEYS COOKIE_KEY SLACK_HOOK WEBHOOK_URL SENTRY_DSN APIKEY'.split(
      ' ',
    ),
  )('%s', name => expect(judgeName(name)).toBe('secret'));

  test.each(
    'PWD OLDPWD COMPASS_HOST BYPASS_LOGIN JWT_TOKEN_TTL ACCESS_TOKEN_EXPIRES_IN PASSWORD_MIN_LENGTH VAPID_PUBLIC_KEY STRIPE_PUBLISHABLE_KEY TURNSTILE_SITE_KEY AUTH_CLIENT_ID NODE_ENV KEYBOARD SEEDING AUTHOR'.split(
      ' ',
    ),
  )('and %s does not', name => expect(judgeName(name)).toBe('nothing'));
});
