import type { Annotation, Annotations } from '../commands/annotations.ts';
import type { CommandTarget } from '../commands/command-interpreter.ts';
import type { FileCommandTarget } from '../commands/file-commands.ts';
import type { Frame, JobState, StepResult } from '../state.ts';

/** A step under way: where its commands, files and messages go. */
export class Execution implements CommandTarget, FileCommandTarget {
  readonly frame: Frame;
  /** What GITHUB_ACTION says. */
  readonly contextName: string;
  readonly name: string;
  /** The `env` context of the step. */
  readonly environment: Record<string, string>;
  readonly annotations: Annotations;
  readonly signal: AbortSignal;
  readonly outputs: Record<string, string> = {};
  readonly state: Record<string, string>;
  summary = '';
  failed = false;
  nested: StepResult[] | undefined;

  constructor(
    fields: Pick<Execution, 'frame' | 'contextName' | 'name' | 'environment' | 'annotations' | 'signal' | 'state'>,
  ) {
    this.frame = fields.frame;
    this.contextName = fields.contextName;
    this.name = fields.name;
    this.environment = fields.environment;
    this.annotations = fields.annotations;
    this.signal = fields.signal;
    this.state = fields.state;
  }

  get job(): JobState {
    return this.frame.job;
  }

  get workspace(): string {
    return this.job.sources.workspace;
  }

  annotate(annotation: Annotation): void {
    const message = this.job.machine.masks.apply(annotation.message);
    this.job.machine.log.annotation(this.annotations.add({ ...annotation, message }));
  }

  error(message: string): void {
    this.annotate({ level: 'error', message });
  }

  warning(message: string): void {
    this.annotate({ level: 'warning', message });
  }

  debug(message: string): void {
    if (this.job.machine.debug) this.job.machine.log.debug(message);
  }

  output(line: string): void {
    this.job.machine.log.line(line);
  }

  startGroup(title: string): void {
    this.job.machine.log.startGroup(title);
  }

  endGroup(): void {
    this.job.machine.log.endGroup();
  }

  mask(value: string): void {
    this.job.machine.masks.add(value);
  }

  setOutput(name: string, value: string): void {
    this.outputs[name] = value;
    this.debug(`Set output ${name} = ${value}`);
  }

  setEnvironment(name: string, value: string): void {
    this.job.environment[name] = value;
    this.debug(`${name}='${value}'`);
  }

  saveState(name: string, value: string): void {
    this.state[name] = value;
  }

  prependPath(folder: string): void {
    this.job.path = [...this.job.path.filter(other => other !== folder), folder];
  }

  addSummary(markdown: string): void {
    this.summary += this.job.machine.masks.apply(markdown);
  }

  fail(): void {
    this.failed = true;
  }
}

/** A process of the step was interrupted, by cancellation or timeout. */
export class Interrupted extends Error {
  constructor() {
    super('The operation was canceled.');
    this.name = 'Interrupted';
  }
}
