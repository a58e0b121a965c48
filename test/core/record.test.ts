import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { isRecordLike, parseRecord } from '../../src/core/record.ts';

const folder = join(import.meta.dirname, 'records');
const published = globSync('*.json', { cwd: folder }).sort();
const read = (file: string) => readFileSync(join(folder, file), 'utf8');

/** Every published shape stays readable: a file is added here when the shape grows, and none is changed. */
describe('a record of a published version', () => {
  test.each(published)('%s is read, and nothing of it is lost', file => {
    expect(parseRecord(read(file))).toEqual(JSON.parse(read(file)));
  });
});

describe('a record of a later version', () => {
  const now = JSON.parse(read(published.at(-1) ?? ''));
  const [gate] = now.gates;
  const [finding] = gate.findings;
  const later = {
    ...now,
    runner: { name: 'later' },
    services: { api: { ...now.services.api, coordinates: { app: 'pm-backend' }, after: { id: 'x', at: 1 } } },
    databases: { main: { ...now.databases.main, took: 12, migrations: [{ name: 'a', grade: 'doubtful' }] } },
    gates: [{ ...gate, verdict: 'skipped', findings: [{ ...finding, boundary: 'weather', since: 3 }] }],
  };

  test('is read, with its unknown keys kept for the gates that know them', () => {
    const record = parseRecord(JSON.stringify(later));
    expect(record).toMatchObject({ runner: later.runner, services: later.services });
    expect(record?.databases.main).toMatchObject({ took: 12 });
  });

  test('has the most careful meaning of a word that is not known', () => {
    const record = parseRecord(later);
    expect(record?.gates).toMatchObject([{ verdict: 'inconclusive', findings: [{ boundary: 'delivery' }] }]);
    expect(record?.databases.main?.migrations).toEqual([{ name: 'a', grade: 'breaking' }]);
  });

  test('is not read if its version says that the meaning has changed, but is known as a record', () => {
    const next = { ...now, version: 2 };
    expect([parseRecord(next), isRecordLike(next), isRecordLike(JSON.stringify(next))]).toEqual([
      undefined,
      true,
      true,
    ]);
  });
});

test.each([undefined, null, '', 'text', '{}', {}, [], 7])('%j is no record', value => {
  expect([parseRecord(value), isRecordLike(value)]).toEqual([undefined, false]);
});
