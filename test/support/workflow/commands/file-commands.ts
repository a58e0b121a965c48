import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors.ts';

/** The files a step writes to speak to the runner: GITHUB_OUTPUT and its siblings. */
export interface CommandFiles {
  output: string;
  env: string;
  path: string;
  state: string;
  summary: string;
}

/** What the files of a step may change. */
export interface FileCommandTarget {
  setOutput(name: string, value: string): void;
  setEnvironment(name: string, value: string): void;
  saveState(name: string, value: string): void;
  prependPath(folder: string): void;
  addSummary(markdown: string): void;
  error(message: string): void;
  /** Fails the step, whatever its exit code. */
  fail(): void;
}

/** Bytes; a bigger summary is refused (actions/runner, FileCommandManager.cs `AttachmentSizeLimit`). */
const SUMMARY_LIMIT = 1024 * 1024;
const DOCS = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions';
/** Names GITHUB_ENV refuses, in any case. */
const BLOCKED_ENVIRONMENT = ['NODE_OPTIONS'];

/** Creates the empty files of one step. */
export function createCommandFiles(temp: string): CommandFiles {
  const folder = join(temp, '_runner_file_commands');
  mkdirSync(folder, { recursive: true });
  const id = randomUUID();
  const create = (prefix: string) => {
    const file = join(folder, `${prefix}_${id}`);
    writeFileSync(file, '');
    return file;
  };
  return {
    output: create('set_output'),
    env: create('set_env'),
    path: create('add_path'),
    state: create('save_state'),
    summary: create('step_summary'),
  };
}

/** Reads what the step wrote. Runs after failed steps too; a malformed file fails the step, what came before counts. */
export function processCommandFiles(files: CommandFiles, target: FileCommandTarget): void {
  processFile('path', target, () => addPaths(read(files.path), target));
  processFile('env', target, () => setEnvironment(read(files.env), target));
  processFile('step_summary', target, () => addSummary(read(files.summary), target));
  processFile('state', target, () => {
    for (const [name, value] of parsePairs(read(files.state))) target.saveState(name, value);
  });
  processFile('output', target, () => {
    for (const [name, value] of parsePairs(read(files.output))) target.setOutput(name, value);
  });
}

/**
 * The `NAME=VALUE` and `NAME<<DELIMITER` entries of a file, in order.
 * Only LF ends a line. Throws the runner's errors (actions/runner, FileCommandManager.cs `EnvFileKeyValuePairs`).
 */
export function* parsePairs(text: string): Generator<[name: string, value: string]> {
  const lines = new LineReader(text);
  for (let line = lines.next(); line; line = lines.next()) {
    if (line.text === '') continue;
    const equals = line.text.indexOf('=');
    const heredoc = line.text.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      yield [line.text.slice(0, equals), line.text.slice(equals + 1)];
    } else if (heredoc >= 0) {
      yield [line.text.slice(0, heredoc), readHeredoc(lines, line.text, heredoc)];
    } else {
      throw new Error(`Invalid format '${line.text}'`);
    }
  }
}

function readHeredoc(lines: LineReader, header: string, separator: number): string {
  const delimiter = header.slice(separator + 2);
  if (separator === 0 || delimiter === '') {
    throw new Error(`Invalid format '${header}'. Name must not be empty and delimiter must not be empty`);
  }
  const value: string[] = [];
  for (let line = lines.next(); ; line = lines.next()) {
    if (!line) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
    if (line.text === delimiter) return value.join('\n');
    if (!line.ended) throw new Error('Invalid value. EOF marker missing new line.');
    value.push(line.text);
  }
}

class LineReader {
  private readonly text: string;
  private index = 0;

  constructor(text: string) {
    this.text = text;
  }

  next(): { text: string; ended: boolean } | undefined {
    if (this.index >= this.text.length) return undefined;
    const start = this.index;
    const end = this.text.indexOf('\n', start);
    this.index = end < 0 ? this.text.length : end + 1;
    return { text: this.text.slice(start, end < 0 ? undefined : end), ended: end >= 0 };
  }
}

function processFile(name: string, target: FileCommandTarget, process: () => void): void {
  try {
    process();
  } catch (error) {
    target.error(`Unable to process file command '${name}' successfully.`);
    target.error(messageOf(error));
    target.fail();
  }
}

/** A step may delete its file; that is not an error. */
function read(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').replace(/^\uFEFF/, '') : '';
}

function addPaths(text: string, target: FileCommandTarget): void {
  for (const folder of text.split(/\r\n|\n|\r/)) if (folder !== '') target.prependPath(folder);
}

function setEnvironment(text: string, target: FileCommandTarget): void {
  for (const [name, value] of parsePairs(text)) {
    const blocked = BLOCKED_ENVIRONMENT.find(candidate => candidate === name.toUpperCase());
    if (blocked) target.error(`Can't store ${blocked} output parameter using '$GITHUB_ENV' command.`);
    else target.setEnvironment(name, value);
  }
}

function addSummary(text: string, target: FileCommandTarget): void {
  const bytes = Buffer.byteLength(text);
  if (bytes <= SUMMARY_LIMIT) {
    if (bytes > 0) target.addSummary(text);
    return;
  }
  const [limit, size] = [SUMMARY_LIMIT, bytes].map(count => `${Math.floor(count / 1024)}k`);
  target.error(
    `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${limit}, got ${size}. ` +
      `For more information see: ${DOCS}#adding-a-markdown-summary`,
  );
}
