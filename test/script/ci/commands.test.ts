import { execFileSync, type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const commands = fileURLToPath(new URL('../../../script/ci', import.meta.url));
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'commands-'));
  cpSync(commands, join(root, 'script/ci'), { recursive: true });
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

function commitAll(): void {
  const identity = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false'];
  execFileSync('git', ['init', '-q'], { cwd: root });
  execFileSync('git', ['add', '-A'], { cwd: root });
  execFileSync('git', [...identity, 'commit', '-q', '-m', 'all'], { cwd: root });
}

/** Runs a command of script/ci from elsewhere, with this Node first on the PATH. */
function run(command: string, args: string[] = [], env: Record<string, string> = {}): SpawnSyncReturns<string> {
  const PATH = [join(root, 'bin'), dirname(process.execPath), process.env.PATH].join(':');
  const path = join(root, 'script/ci', command);
  return spawnSync(path, args, { cwd: tmpdir(), encoding: 'utf8', env: { PATH, ...env } });
}

describe('dist-drift', () => {
  beforeEach(() => {
    write('.gitattributes', 'dist/** -diff\n');
    write('dist/gate.mjs', 'old\n');
    commitAll();
  });

  test('passes while dist is what is committed', () => {
    write('notes.md', 'not in dist\n');
    expect(run('dist-drift').status).toBe(0);
  });

  test('fails for a changed, a new and a missing file, with the difference in the step summary', () => {
    write('dist/gate.mjs', 'new\n');
    write('dist/chunks/more.mjs', 'more\n');
    const summary = join(root, 'summary.md');
    const { status, stdout } = run('dist-drift', [], { GITHUB_STEP_SUMMARY: summary });
    expect(status).toBe(1);
    for (const text of [' M dist/gate.mjs', '?? dist/chunks/more.mjs', '-old', '+new', 'script/build'])
      expect(readFileSync(summary, 'utf8')).toContain(text);
    expect(stdout).toBe(readFileSync(summary, 'utf8'));
    rmSync(join(root, 'dist'), { recursive: true });
    expect(run('dist-drift').stdout).toContain(' D dist/gate.mjs');
  });
});

describe('check-release and release-notes', () => {
  beforeEach(() => {
    write('package.json', '{"type": "module", "version": "1.2.3"}');
    write('CHANGELOG.md', '## 1.2.3\n\n- A gate.\n');
    commitAll();
    symlinkSync(join(commands, '../../node_modules'), join(root, 'node_modules'));
  });

  test('read the repository they are in', () => {
    const env = { GITHUB_REF: 'refs/heads/main' };
    expect(run('check-release', ['1.2.3'], env)).toMatchObject({ status: 0, stderr: '' });
    expect(run('release-notes', ['1.2.3']).stdout).toBe('- A gate.\n');
    execFileSync('git', ['tag', 'v1.2.3'], { cwd: root });
    const refused = run('check-release', ['1.2.3'], env);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('The tag v1.2.3 exists');
  });

  test('fail without a version', () => {
    expect(run('check-release').stderr).toContain('"" is no version');
    expect(run('release-notes').status).toBe(1);
  });
});

describe('move-major-tag', () => {
  const env = { GITHUB_REPOSITORY: 'an-owner/gates', GITHUB_SHA: 'abc123' };

  /** A gh that notes its arguments, answers a look-up with this count and fails for requests that contain `broken`. */
  function installGh(count: number, broken = 'nothing'): void {
    const lines = [
      '#!/usr/bin/env bash',
      `printf '%s\\n' "$*" >> ${join(root, 'requests')}`,
      `case "$*" in *${broken}*) exit 1 ;; *matching-refs*) echo ${count} ;; esac`,
    ];
    write('bin/gh', `${lines.join('\n')}\n`);
    chmodSync(join(root, 'bin/gh'), 0o755);
  }

  function requests(): string[] {
    return readFileSync(join(root, 'requests'), 'utf8').trim().split('\n');
  }

  test('moves a tag that exists', () => {
    installGh(1);
    expect(run('move-major-tag', ['4.5.6'], env).status).toBe(0);
    expect(requests().at(-1)).toBe(
      'api --method PATCH repos/an-owner/gates/git/refs/tags/v4 -f sha=abc123 -F force=true --silent',
    );
  });

  test('creates the tag of a new major version', () => {
    installGh(0);
    expect(run('move-major-tag', ['4.0.0'], env).status).toBe(0);
    expect(requests().at(-1)).toBe(
      'api --method POST repos/an-owner/gates/git/refs -f ref=refs/tags/v4 -f sha=abc123 --silent',
    );
  });

  test.each(['matching-refs', 'PATCH'])('fails when %s fails', broken => {
    installGh(1, broken);
    expect(run('move-major-tag', ['4.5.6'], env).status).not.toBe(0);
  });

  test.each(['', 'v1.2.3', '1.2', '1.2.3; true'])('refuses %p', version => {
    installGh(1);
    expect(run('move-major-tag', [version], env)).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('X.Y.Z'),
    });
  });
});
