import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listFindings } from '../../../src/core/report.ts';
import { parseComparison } from '../../../src/gates/validate-env/build-contract.ts';
import type { FlyEmulator } from '../../support/emulators/fly/index.ts';
import { startFly } from '../../support/emulators/fly/index.ts';
import { lightBuild } from '../../support/sample-build.ts';
import { codesIn, configurationOf, validate, validateFile } from './support.ts';

// T9: key drift between two environments is shown.
const key = 'fake-fingerprint-key-0a1b2c';
const values = { JWT_SECRET: 'fake-4f9b2c7d8e1a6035', LOG_LEVEL: 'info', ONLY_HERE: 'x' };
const contract =
  'JWT_SECRET: { type: secret }, LOG_LEVEL: {}, ONLY_HERE: { required: false }, ONLY_THERE: { required: false }';

async function fingerprint(variables: Record<string, string>, fingerprintKey = key): Promise<string> {
  const report = await validate(contract, variables, { given: { fingerprintKey } });
  return report.outputs.fingerprint ?? '';
}

async function compared(theirs: string, fingerprintKey = key) {
  const comparison = await parseComparison(theirs.replace('"production"', '"staging"'), () =>
    Promise.reject(new Error()),
  );
  return validate(contract, values, { given: { fingerprintKey, comparison } });
}

describe('[T9] the fingerprint of another environment', () => {
  test('holds no value, and is another with another key', async () => {
    const text = await fingerprint(values);
    expect(text).not.toMatch(/fake-|info/);
    expect(JSON.parse(text)).toMatchObject({
      version: 1,
      environment: 'production',
      services: { api: { JWT_SECRET: expect.stringMatching(/^[0-9a-f]{24}$/), LOG_LEVEL: null, ONLY_HERE: null } },
    });
    expect(await fingerprint(values, 'another-key')).not.toBe(text);
    expect(await fingerprint(values, '')).not.toMatch(/[0-9a-f]{24}/);
  });

  test('shows what one has and the other lacks, and a secret that both share', async () => {
    const theirs = await fingerprint({ JWT_SECRET: values.JWT_SECRET, LOG_LEVEL: 'info', ONLY_THERE: 'y' });
    const report = await compared(theirs);
    expect(listFindings(report)).toMatchObject([
      {
        code: 'env/shared-secret',
        severity: 'error',
        message: 'api has the same value of JWT_SECRET in production and staging.',
      },
      { code: 'env/drift', severity: 'warning', message: 'api has ONLY_HERE in production but not in staging.' },
      {
        code: 'env/drift',
        severity: 'warning',
        message: 'api has ONLY_THERE in staging but not in production.',
        help: 'Create ONLY_THERE in production, or remove it from staging.',
      },
    ]);
    expect(report.verdict).toBe('failed');
  });

  test('finds nothing where each has its own', async () => {
    const theirs = await fingerprint({ ...values, JWT_SECRET: 'fake-0000a7d8e1a60357' });
    expect(codesIn(await compared(theirs))).toEqual([]);
  });

  test('of other services is nothing to compare with', async () => {
    const theirs = JSON.stringify({ version: 1, environment: 'staging', services: { web: { LOG_LEVEL: null } } });
    const report = await compared(theirs);
    expect(report.verdict).toBe('error');
    expect(listFindings(report)).toMatchObject([
      { code: 'env/nothing-compared', message: 'No service of this run could be compared with staging.' },
    ]);
  });

  test('that is too large to be passed on is said to be, and compares nothing in silence', async () => {
    const many = Array.from({ length: 1500 }, (_, number) => `VARIABLE_${number}_${'X'.repeat(60)}`);
    const report = await validate(
      many.map(name => `${name}: {}`).join(', '),
      Object.fromEntries(many.map(name => [name, '1'])),
    );
    expect(report.verdict).toBe('passed');
    expect(listFindings(report)).toMatchObject([
      { code: 'env/fingerprint-too-large', severity: 'warning', message: expect.stringContaining('1500 variables') },
    ]);
    const later = await compared(report.outputs.fingerprint ?? '');
    expect(later.verdict).toBe('error');
    expect(codesIn(later)).toContain('env/nothing-compared');
  });

  test('of a larger one is compared all the same', async () => {
    const many = Array.from({ length: 1500 }, (_, number) => `VARIABLE_${number}_${'X'.repeat(60)}`);
    const theirs = { version: 1, environment: 'staging', services: { api: { [many[0] ?? '']: null } } };
    const comparison = await parseComparison(JSON.stringify(theirs), () => Promise.reject(new Error()));
    const report = await validate(
      `${many[0]}: {}, ${many
        .slice(1)
        .map(name => `${name}: { required: false }`)
        .join(', ')}`,
      Object.fromEntries(many.map(name => [name, '1'])),
      { given: { comparison } },
    );
    const drift = listFindings(report).filter(({ code }) => code === 'env/drift');
    expect(drift).toHaveLength(1499);
    expect(drift[0]?.message).toContain('in production but not in staging');
  });

  test('is refused when it is none', async () => {
    await expect(compared('{"version":2}')).rejects.toThrow('not a fingerprint that this version');
  });
});

describe('[T9] the platform of another environment', () => {
  let fly: FlyEmulator;
  const app = (secrets: Record<string, string>) => ({
    builds: { 'registry.fly.io/x:1': lightBuild('1') },
    image: 'registry.fly.io/x:1',
    secrets,
  });

  beforeAll(async () => {
    fly = await startFly({
      token: 'fm2_not-a-real-token',
      apps: {
        'pm-production': app({ JWT_SECRET: values.JWT_SECRET, REGION: 'fra', ONLY_HERE: '1', IGNORED: '1' }),
        'pm-staging': app({ JWT_SECRET: values.JWT_SECRET, REGION: 'fra', ONLY_THERE: '1' }),
      },
    });
  });

  afterAll(() => fly?.stop());

  test('is compared by digest, and no value is read', async () => {
    const file = `
environments: { production: { app: pm-production }, staging: { app: pm-staging } }
services: { api: { platform: fly, app: "\${app}", url: "https://api.example.com" } }
sources: { api: { platform: true, ignore: [IGNORED] } }
env: { api: { JWT_SECRET: { presence-only: true }, REGION: {}, ONLY_HERE: {} } }`;
    const variables = {
      FLY_API_TOKEN: 'fm2_not-a-real-token',
      FLY_FLAPS_BASE_URL: fly.flapsUrl,
      FLY_API_BASE_URL: fly.apiUrl,
    };
    const comparison = await parseComparison('staging', async name => configurationOf(file, name));
    const report = await validateFile(file, variables, { environment: 'production', given: { comparison } });
    expect(listFindings(report)).toMatchObject([
      { code: 'env/shared-secret', message: 'api has the same value of JWT_SECRET in production and staging.' },
      { code: 'env/drift', message: 'api has ONLY_HERE in production but not in staging.' },
      { code: 'env/drift', message: 'api has ONLY_THERE in staging but not in production.' },
    ]);
  });

  test('is nothing to compare with where no service is read from its platform', async () => {
    const file = `
environments: { production: { app: pm-production }, staging: { app: pm-staging } }
services: { api: { platform: fly, app: "\${app}", url: "https://api.example.com" } }
env: { api: { LOG_LEVEL: {} } }`;
    const comparison = await parseComparison('staging', async name => configurationOf(file, name));
    const report = await validateFile(
      file,
      { LOG_LEVEL: 'info' },
      { environment: 'production', given: { comparison } },
    );
    expect(report.verdict).toBe('error');
    expect(codesIn(report)).toEqual(['env/nothing-compared']);
  });

  test('must be one of the configuration', async () => {
    const file = 'environments: { production: {} }\nenv: { api: { A: {} } }';
    await expect(parseComparison('stagging', async name => configurationOf(file, name))).rejects.toThrow(
      '"stagging" is not in',
    );
  });
});
