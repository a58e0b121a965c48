import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { parseConfiguration } from './support/configuration.ts';
import { diagnose } from './support/language-service.ts';

const suite = fileURLToPath(new URL('..', import.meta.url));
const readmes = globSync(['README.md', 'actions/*/README.md'], { cwd: suite }).sort();

/** The pieces of YAML that readers copy, with the line at which each begins. */
function piecesOf(path: string): { line: number; text: string }[] {
  const readme = readFileSync(join(suite, path), 'utf8');
  return [...readme.matchAll(/^```yaml\n(?<text>.*?)^```$/gms)].map(({ index, groups }) => ({
    line: readme.slice(0, index).split('\n').length,
    text: groups?.text ?? '',
  }));
}

const pieces = readmes.flatMap(path => piecesOf(path).map(({ line, text }) => ({ at: `${path}:${line}`, text })));
const steps = pieces.filter(({ text }) => Array.isArray(parse(text)));
const configurations = pieces.filter(({ text }) => !Array.isArray(parse(text)));

test('there are steps and configurations to look at', () => {
  for (const found of [steps, configurations]) expect(found.length).toBeGreaterThan(5);
});

describe.each(steps)('the steps at $at', ({ text }) => {
  test('are valid in a workflow', async () => {
    expect(await diagnose({ path: '.github/workflows/release.yml', text: workflowAround(text), suite })).toEqual([]);
  });
});

describe.each(configurations)('the configuration at $at', ({ text }) => {
  test('loads', () => {
    const whole = stringify({ ...around, ...parse(text) });
    const request = { path: 'release-gates.yml', environment: 'production', commit: 'a'.repeat(40) };
    expect(parseConfiguration(whole, request)).toMatchObject({ environment: 'production' });
  });
});

/** What the pieces take for granted of the rest of the file. */
const service = { platform: 'command', command: 'true', live: { get: '/' }, url: 'https://example.com' };
const around = {
  environments: { staging: { api: 'https://staging.example.com' }, production: { api: 'https://example.com' } },
  services: { api: service, web: service, worker: service },
};

/** A workflow of these steps, after a step and a job that they refer to. */
function workflowAround(text: string): string {
  const inputs = { 'emergency-reason': { type: 'string' }, reason: { type: 'string' }, 'dry-run': { type: 'boolean' } };
  const deploy = { id: 'deploy', uses: 'OWNER/release-gates/actions/deploy@v1' };
  const earlier = {
    'runs-on': 'ubuntu-latest',
    outputs: { record: '${{ steps.deploy.outputs.record }}' },
    steps: [deploy],
  };
  const before = { id: 'smoke-test', uses: 'OWNER/release-gates/actions/smoke-test@v1' };
  return stringify({
    on: { workflow_dispatch: { inputs } },
    jobs: {
      deploy: earlier,
      release: { needs: 'deploy', 'runs-on': 'ubuntu-latest', steps: [before, ...parse(text)] },
    },
  });
}
