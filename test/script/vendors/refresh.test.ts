import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { listModelFields, type Model, readGoModels } from '../../../script/vendors/go-models.ts';
import { refreshSnapshot } from '../../../script/vendors/refresh.ts';
import type { Snapshot } from '../../../script/vendors/snapshots.ts';

const before = `
package acme

type Machine struct {
	ID string \`json:"id"\`
	State  State \`json:"state,omitempty"\` // of the machine
	Config *struct {
		Env map[string]string \`json:"env,omitempty"\`
	} \`json:"config,omitempty"\`
	Checks []*Check \`json:"checks,omitempty"\`
	Secret string \`json:"-"\`
}

type Check struct {
	Name string \`json:"name"\`
}

type State string

const (
	Started State = "started"
	Stopped State = "stopped"
)
`;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'refresh-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

function publish(text: string): void {
  const vendor = join(folder, 'acme/models');
  mkdirSync(vendor, { recursive: true });
  writeFileSync(join(vendor, 'types.go'), text);
  const git = (...args: string[]) =>
    execFileSync('git', ['-C', vendor, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  git('init', '--quiet');
  git('config', 'uploadpack.allowFilter', 'true');
  git('add', '.');
  git('commit', '--quiet', '-m', 'Models');
}

test('a snapshot is new, then unchanged, then shows what changed and the lines of ours that name it', () => {
  const snapshot: Snapshot = {
    file: 'machines.json',
    repository: 'acme/models',
    paths: ['types.go'],
    reduce: texts => JSON.stringify(readGoModels(texts)),
    list: text => {
      const models: Record<string, Model> = JSON.parse(text);
      return listModelFields(models);
    },
    reliedOnBy: ['src'],
  };
  mkdirSync(join(folder, 'src'));
  writeFileSync(join(folder, 'src/adapter.ts'), 'read(machine.id);\nread(machine.checks);\n');
  const refresh = () => refreshSnapshot(snapshot, { folder, root: folder, host: `file://${folder}` });

  publish(before);
  expect(refresh()).toMatch(/^machines\.json: acme\/models [0-9a-f]+ of \d{4}-\d\d-\d\d: new$/);
  expect(refresh()).toMatch(/: unchanged$/);
  publish(before.replace(/\tChecks.*\n/, '\tHealth string `json:"health"`\n').replace('"stopped"', '"halted"'));

  expect(refresh().split('\n').slice(1)).toEqual([
    '  removed Machine.checks[] (Check)',
    '    named in src/adapter.ts:2',
    '  changed State (started | stopped → started | halted)',
    '  added Machine.health (string!)',
  ]);
  expect(readFileSync(join(folder, 'machines.json'), 'utf8')).toContain('"health"');
});

test('Go models are read with their nested structs, maps, values and what is required', () => {
  expect(listModelFields(readGoModels([before]))).toEqual([
    'Machine.id: string!',
    'Machine.state: State',
    'Machine.config.env: map of string',
    'Machine.checks[]: Check',
    'Check.name: string!',
    'State: started | stopped',
  ]);
});
