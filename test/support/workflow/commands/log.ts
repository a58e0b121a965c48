import type { Annotation } from './annotations.ts';
import type { Masks } from './masks.ts';

const COLOURS = { red: 31, green: 32, yellow: 33, blue: 34, grey: 90, bold: 1 };
type Colour = keyof typeof COLOURS;

const LEVEL_COLOURS = { error: 'red', warning: 'yellow', notice: 'blue' } as const;
const RESULT_MARKS: Record<string, [mark: string, colour: Colour]> = {
  success: ['✓', 'green'],
  failure: ['✗', 'red'],
  cancelled: ['⊘', 'grey'],
  skipped: ['○', 'grey'],
};

/** What a person sees of the run, masked line by line. */
export class Log {
  private readonly masks: Masks;
  private readonly print: (line: string) => void;
  private readonly colour: boolean;
  private readonly lines: string[] = [];
  private depth = 0;
  private inGroup = false;

  constructor(masks: Masks, print: (line: string) => void, colour: boolean) {
    this.masks = masks;
    this.print = print;
    this.colour = colour;
  }

  text(): string {
    return this.lines.map(line => `${line}\n`).join('');
  }

  jobStarted(name: string): void {
    this.depth = 0;
    this.line(this.paint('bold', `Job ${name}`));
  }

  jobEnded(name: string, result: string, milliseconds: number): void {
    this.depth = 0;
    this.line(`${this.mark(result)} Job ${name}: ${result} (${seconds(milliseconds)})`);
  }

  stepStarted(name: string): void {
    this.depth = 1;
    this.line(`${this.paint('bold', '▶')} ${name}`);
    this.depth = 2;
  }

  stepEnded(conclusion: string, milliseconds: number): void {
    this.endGroup();
    this.line(`${this.mark(conclusion)} ${conclusion} (${seconds(milliseconds)})`);
    this.depth = 1;
  }

  stepSkipped(name: string): void {
    this.depth = 1;
    this.line(`${this.mark('skipped')} ${name} (skipped)`);
  }

  nestedStepStarted(name: string): void {
    this.endGroup();
    this.line(`${this.paint('bold', '▸')} ${name}`);
  }

  /** What GitHub folds away: kept in the log, not printed. */
  folded(text: string): void {
    for (const line of text.split('\n')) this.write(line, () => {});
  }

  startGroup(title: string): void {
    this.endGroup();
    this.line(`▼ ${title}`);
    this.inGroup = true;
  }

  endGroup(): void {
    this.inGroup = false;
  }

  line(text: string): void {
    for (const line of text.split('\n')) this.write(line, this.print);
  }

  annotation({ level, message }: Annotation): void {
    if (message === '') return;
    const label = `${level.charAt(0).toUpperCase()}${level.slice(1)}:`;
    this.line(`${this.paint(LEVEL_COLOURS[level], label)} ${message}`);
  }

  debug(message: string): void {
    this.line(this.paint('grey', `##[debug]${message}`));
  }

  private write(line: string, print: (line: string) => void): void {
    const indent = '  '.repeat(this.depth + (this.inGroup ? 1 : 0));
    const shown = `${indent}${this.masks.apply(line)}`;
    this.lines.push(shown);
    print(shown);
  }

  private mark(result: string): string {
    const [mark, colour] = RESULT_MARKS[result] ?? ['?', 'grey'];
    return this.paint(colour, mark);
  }

  private paint(colour: Colour, text: string): string {
    return this.colour ? `\u001b[${COLOURS[colour]}m${text}\u001b[0m` : text;
  }
}

function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)}s`;
}
