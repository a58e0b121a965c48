import { relative } from 'node:path';

/** How many files the list of the slowest has. */
const slowest = 10;

/** The part that is read here of what Jest knows about a test file that has run. */
interface FileResult {
  testFilePath: string;
  /** All failures of the file with their stacks; empty or absent without one. */
  failureMessage?: string | null;
  /** Milliseconds. */
  perfStats: { start: number; end: number };
  testResults: { fullName: string; status: string }[];
}

/**
 * Prints a dot for each test file that passes and the failures of each that does not, and at the end the slowest files
 * and the skipped tests, whose names say when they run.
 */
export default class TestReporter {
  private readonly root: string;

  constructor({ rootDir }: { rootDir: string }) {
    this.root = rootDir;
  }

  onTestFileResult(_test: unknown, { failureMessage, testFilePath }: FileResult): void {
    const text = failureMessage ? `\n\n${this.nameOf(testFilePath)} failed\n${failureMessage}\n` : '.';
    process.stdout.write(text);
  }

  onRunComplete(_contexts: unknown, { testResults }: { testResults: FileResult[] }): void {
    print('', '', 'slowest files:', ...this.listSlowest(testResults));
    const skipped = this.listSkipped(testResults);
    if (skipped.length > 0) print('', 'skipped:', ...skipped);
  }

  private listSlowest(files: FileResult[]): string[] {
    return files
      .map(({ testFilePath, perfStats }) => ({ testFilePath, seconds: (perfStats.end - perfStats.start) / 1000 }))
      .toSorted((a, b) => b.seconds - a.seconds)
      .slice(0, slowest)
      .map(({ testFilePath, seconds }) => `${seconds.toFixed(1).padStart(7)} s  ${this.nameOf(testFilePath)}`);
  }

  private listSkipped(files: FileResult[]): string[] {
    return files.flatMap(({ testFilePath, testResults }) =>
      testResults
        .filter(({ status }) => status === 'pending')
        .map(({ fullName }) => `  ${this.nameOf(testFilePath)}: ${fullName}`),
    );
  }

  private nameOf(path: string): string {
    return relative(this.root, path);
  }
}

function print(...lines: string[]): void {
  process.stdout.write(`${lines.join('\n')}\n`);
}
