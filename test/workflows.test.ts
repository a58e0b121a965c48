import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { loadConfiguration } from '../src/config/load.ts';
import { diagnose } from './support/language-service.ts';
import { unknownOutputs } from './support/step-outputs.ts';
import { VENDORS_MISSING, vendorPackage } from './support/vendors.ts';
import { problemsOfAction, problemsOfWorkflow } from './support/workflow-rules.ts';

const suite = fileURLToPath(new URL('..', import.meta.url));
const own = files('.github/workflows/*.yml');
const examples = files('workflows-examples/**/*.yml').filter(path => basename(path) !== 'release-gates.yml');
const actions = files('{action.yml,actions/*/action.yml}');
const configurations = files('workflows-examples/**/release-gates.yml');

function files(pattern: string): string[] {
  return globSync(pattern, { cwd: suite }).sort();
}

function read(path: string): string {
  return readFileSync(join(suite, path), 'utf8');
}

/** The declared outputs of an action of the suite; undefined for an action of others. */
function outputsOf(uses: string): string[] | undefined {
  const path = /^(?:\$\/|OWNER\/release-gates\/?)(?<path>[^@]*)/.exec(uses)?.groups?.path;
  if (path === undefined) return undefined;
  const action: { outputs?: Record<string, unknown> } = parse(read(join(path, 'action.yml')));
  return Object.keys(action.outputs ?? {});
}

test('there are workflows, examples and actions to look at', () => {
  for (const found of [own, examples, actions, configurations]) expect(found).not.toEqual([]);
});

describe.each(own)('%s', path => {
  test('is valid, with every input of an action of this repository known', async () => {
    expect(await diagnose({ path, text: read(path), suite, repository: suite })).toEqual([]);
  });

  test('keeps the rules of workflows', () => {
    expect(problemsOfWorkflow(read(path))).toEqual([]);
    expect(unknownOutputs(read(path), outputsOf)).toEqual([]);
  });
});

describe.each(examples)('%s', example => {
  test('is valid in the repository of someone who copies it', async () => {
    const path = `.github/workflows/${basename(example)}`;
    expect(await diagnose({ path, text: read(example), suite })).toEqual([]);
  });

  test('keeps the rules of workflows', () => {
    expect(problemsOfWorkflow(read(example))).toEqual([]);
    expect(unknownOutputs(read(example), outputsOf)).toEqual([]);
  });
});

describe.each(actions)('%s', path => {
  test('is valid, with every input of another gate known', async () => {
    expect(await diagnose({ path, text: read(path), suite, repository: suite })).toEqual([]);
  });

  test('keeps the rules of actions', () => {
    expect(problemsOfAction(read(path))).toEqual([]);
    expect(unknownOutputs(read(path), outputsOf)).toEqual([]);
  });
});

describe.each(configurations)('%s', path => {
  test('loads for each of its environments', async () => {
    const { environments = {} }: { environments?: Record<string, unknown> } = parse(read(path));
    const names = Object.keys(environments);
    for (const environment of names.length > 0 ? names : ['production']) {
      const request = { workspace: join(suite, dirname(path)), path: basename(path), environment, commit: 'abc1234' };
      await expect(loadConfiguration(request)).resolves.toMatchObject({ environment });
    }
  });

  const ajv = vendorPackage('ajv');
  const title = 'is valid for an editor that has the schema';
  if (ajv === undefined) test.skip(`${title}: ${VENDORS_MISSING}`, () => {});
  else
    test(title, () => {
      const validator = createValidator(ajv);
      validator.validate(JSON.parse(read('release-gates.schema.json')), parse(read(path)));
      expect(validator.errors ?? []).toEqual([]);
    });
});

interface Validator {
  validate(schema: unknown, value: unknown): boolean;
  errors?: unknown;
}

/** As strict about formats as editors are. */
function createValidator(folder: string): Validator {
  const require = createRequire(join(folder, 'package.json'));
  const { Ajv }: { Ajv: new (options: object) => Validator } = require('ajv');
  const { default: addFormats }: { default: (validator: Validator) => void } = require('ajv-formats');
  const validator = new Ajv({ strict: false });
  addFormats(validator);
  return validator;
}
