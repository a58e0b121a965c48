import { describe, expect, test } from '@jest/globals';
import { codes, judgeScripts, largeTable, liveTable } from './judging.ts';

describe('the size of the table', () => {
  const rewrite = 'ALTER TABLE users ALTER COLUMN id TYPE bigint';
  test.each([
    ['a hazard to 200 rows is a notice', liveTable(), 'notice', 'The table has about 200 rows (16 kB).'],
    ['one to a table that nobody analysed is told by its size', liveTable({ rows: -1 }), 'notice', '16 kB of rows.'],
    ['one to an empty table is a notice', liveTable({ bytes: 0, rows: 0 }), 'notice', 'The table has no rows.'],
    ['one to some megabytes is a warning', liveTable({ bytes: 9 * 2 ** 20 }), 'warning', '(9 MB)'],
    ['one to two million rows is an error', largeTable, 'error', 'about 2,000,000 rows (300 MB)'],
  ])('%s', (_, table, severity, sentence) => {
    const [judged] = judgeScripts([rewrite], { live: [table] });
    expect(judged?.findings.map(finding => finding.severity)).toEqual([severity]);
    expect(judged?.findings[0]?.message).toContain(sentence);
  });

  test('a table that is not there has nothing to lose', () => {
    expect(codes(judgeScripts(['DROP TABLE IF EXISTS users'], { live: [] }))).toEqual([]);
  });

  test('an empty table is dropped without an approval, though old code misses it', () => {
    const judgements = judgeScripts(['DROP TABLE users'], { live: [liveTable({ bytes: 0, rows: 0 })] });
    expect(codes(judgements)).toEqual(['warning schema/drops-table']);
    expect(judgements[0]?.grade).toBe('breaking');
  });
});

test.each([
  'ALTER TABLE users ALTER COLUMN email TYPE varchar(20)',
  'ALTER TABLE users ALTER COLUMN price TYPE numeric(10,1)',
  'ALTER TABLE users ALTER COLUMN age TYPE smallint',
])('V10: a type that narrows is refused, and cannot be undone: %s', sql => {
  const judgements = judgeScripts([sql], { live: [liveTable()] });
  expect(codes(judgements)).toEqual(['error schema/changes-type']);
  expect(judgements[0]?.grade).toBe('irreversible');
  expect(judgements[0]?.findings[0]?.help).toContain('First prove that every value fits');
});

describe('an allowance', () => {
  const drop = 'ALTER TABLE users DROP COLUMN email;';

  test('above the statement lets the finding pass, and its reason shows', () => {
    const [judged] = judgeScripts([`-- release-gates: allow schema/drops-column unread since v42\n${drop}`]);
    expect(judged?.findings).toMatchObject([
      { severity: 'notice', help: 'No action needed: a comment allows it, with the reason "unread since v42".' },
    ]);
    expect(judged?.grade).toBe('irreversible');
  });

  test('on the line of the statement does, too, and never for the next one', () => {
    const script = `${drop} -- release-gates: allow schema/drops-column unread\nALTER TABLE users DROP COLUMN name;`;
    expect(codes(judgeScripts([script]))).toEqual(['notice schema/drops-column', 'error schema/drops-column']);
  });

  test('without a reason allows nothing', () => {
    expect(codes(judgeScripts([`-- release-gates: allow schema/drops-column\n${drop}`]))).toEqual([
      'error schema/drops-column',
      'warning schema/allowance-without-reason',
    ]);
  });

  test.each(['schema/drop-column', 'drops-column', 'schema/nonsense'])('of an unknown code is told: %s', code => {
    const [judged] = judgeScripts([`-- release-gates: allow ${code} unread\n${drop}`]);
    expect(judged?.findings.map(finding => finding.code)).toEqual(['schema/drops-column', 'schema/unknown-allowance']);
    expect(judged?.findings[1]?.message).toBe(`The comment allows ${code}, but there is no such finding.`);
    const near = 'Did you mean "schema/drops-column"?';
    expect(judged?.findings[1]?.help.includes(near)).toBe(code !== 'schema/nonsense');
  });

  test.each([
    '/* release-gates: allow schema/drops-column unread */',
    '-- release-gates allow schema/drops-column unread',
  ])('is understood as it is meant: %s', comment => {
    const [judged] = judgeScripts([`${comment}\n${drop}`]);
    expect(judged?.findings).toMatchObject([{ severity: 'notice', help: expect.stringContaining('"unread"') }]);
  });

  test('that nothing needs is mentioned, with its place', () => {
    const [judged] = judgeScripts(['SELECT 1;\n  -- release-gates: allow schema/renames why not\nSELECT 2;']);
    expect(judged?.findings).toMatchObject([
      { code: 'schema/unused-allowance', severity: 'notice', place: { path: '1.sql', line: 2, column: 3 } },
    ]);
  });
});

test.each([
  ['CREATE TABLE a (id int);\nCOPY a (id) FROM stdin;\n1\n\\.\n', 'is not SQL', 'Write INSERT instead'],
  ["INSERT INTO a VALUES ('x;\n\n", 'unterminated quoted string at or near "\'x; ".', 'Correct the script'],
])('a script that is not SQL is told in words that say why: %j', (script, message, help) => {
  const [judged] = judgeScripts([script]);
  expect(judged?.findings).toMatchObject([{ code: 'schema/syntax-error' }]);
  expect(judged?.findings[0]?.message).toContain(message);
  expect(judged?.findings[0]?.message).not.toContain('\n');
  expect(judged?.findings[0]?.help).toContain(help);
});

describe('an approval', () => {
  test('of losses says how they are told, and of nothing else', () => {
    const loss = { severity: 'notice', help: 'Nothing: approved.' } as const;
    const findings = judgeScripts(['DROP TABLE a', 'ALTER TABLE b RENAME TO c'], { loss }).flatMap(one => one.findings);
    expect(findings).toMatchObject([
      { code: 'schema/drops-table', ...loss },
      { code: 'schema/renames', severity: 'error' },
    ]);
  });

  const scripts = ['DROP TABLE a', 'DROP TABLE b'];

  test('names the migration, and no other passes by it', () => {
    expect(codes(judgeScripts(scripts, { approved: ['1'] }))).toEqual([
      'notice schema/drops-table',
      'error schema/drops-table',
    ]);
  });
});

describe('the grade', () => {
  test('is that of the worst statement, which is named without the contents of its strings', () => {
    const script = "ALTER TABLE users RENAME TO people; DELETE FROM notes; SELECT 'fake-secret'; DROP TABLE t;";
    const [judged] = judgeScripts([script]);
    expect(judged).toMatchObject({ grade: 'irreversible', because: 'DELETE FROM notes' });
  });

  test('names a statement that is long by its beginning', () => {
    const [judged] = judgeScripts([`ALTER TABLE users RENAME COLUMN ${'a'.repeat(60)} TO ${'b'.repeat(60)}`]);
    expect(judged?.because).toHaveLength(100);
  });
});

describe('a script that is no SQL', () => {
  test('is told with line, column and what was expected', () => {
    const [judged] = judgeScripts(["-- 😀 é\nSELECT 'é';\nCREATE TABL users ();"]);
    expect(judged?.findings).toMatchObject([
      {
        code: 'schema/syntax-error',
        message: '1 is not SQL: syntax error at or near "TABL".',
        place: { path: '1.sql', line: 3, column: 8 },
      },
    ]);
  });

  test('does not keep the others from being judged', () => {
    expect(codes(judgeScripts(['<<<<<<< HEAD', 'DROP TABLE t']))).toEqual([
      'error schema/syntax-error',
      'error schema/drops-table',
    ]);
  });

  test('or has nothing in it, is mentioned', () => {
    expect(codes(judgeScripts(['', '-- later']))).toEqual([
      'notice schema/empty-migration',
      'notice schema/empty-migration',
    ]);
  });
});

test('findings stand at their statement, with every kind of character before it', () => {
  const [judged] = judgeScripts(["SELECT '😀é';\n\n  /* é */ DROP TABLE users;"]);
  expect(judged?.findings[0]?.place).toEqual({ path: '1.sql', line: 3, column: 11 });
});

test('statements within a block are judged one by one', () => {
  const block = 'DO $$ BEGIN IF true THEN ALTER TABLE users DROP COLUMN email; END IF; END $$';
  expect(codes(judgeScripts([block]))).toEqual(['error schema/drops-column']);
});
