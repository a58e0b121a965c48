import { isAbsolute, relative } from 'node:path';
import { messageOf } from '../errors.ts';
import type { Annotation, Level } from './annotations.ts';
import { type Command, parseCommand } from './commands.ts';

/** What commands in a step's output may change. */
export interface CommandTarget {
  readonly workspace: string;
  annotate(annotation: Annotation): void;
  warning(message: string): void;
  error(message: string): void;
  debug(message: string): void;
  output(line: string): void;
  startGroup(title: string): void;
  endGroup(): void;
  mask(value: string): void;
  setOutput(name: string, value: string): void;
  saveState(name: string, value: string): void;
  /** Fails the step, whatever its exit code. */
  fail(): void;
}

const COMMANDS = [
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
];
/** Never shown by `::echo::on`. */
const SILENT = new Set(['add-mask', 'debug', 'error', 'notice', 'warning']);

/**
 * Carries out the workflow commands of one step; stdout and stderr share it (actions/runner, ActionCommandManager.cs).
 */
export class CommandInterpreter {
  private readonly target: CommandTarget;
  private readonly registered = new Set(COMMANDS);
  private stopToken: string | undefined;
  private echo = false;

  constructor(target: CommandTarget) {
    this.target = target;
  }

  /** Whether the line was a command; a line that was not is plain output. */
  process(line: string): boolean {
    const command = parseCommand(line, name => this.registered.has(name.toLowerCase()));
    if (!command) return false;
    if (this.stopToken !== undefined) return this.resume(command, line);
    if (this.echo && !SILENT.has(command.name)) this.target.output(line);
    try {
      this.carryOut(command, line);
    } catch (error) {
      this.target.error(`Unable to process command '${SILENT.has(command.name) ? command.name : line}' successfully.`);
      this.target.error(messageOf(error));
      this.target.fail();
    }
    return true;
  }

  private resume(command: Command, line: string): boolean {
    if (command.name !== this.stopToken?.toLowerCase()) return false;
    this.target.output(line);
    this.registered.delete(command.name);
    this.stopToken = undefined;
    return true;
  }

  private carryOut(command: Command, line: string): void {
    const { name, data } = command;
    switch (name) {
      case 'error':
      case 'warning':
      case 'notice':
        this.target.annotate(annotationOf(name, command, this.target.workspace));
        break;
      case 'debug':
        this.target.debug(data);
        break;
      case 'group':
        this.target.startGroup(data);
        break;
      case 'endgroup':
        this.target.endGroup();
        break;
      case 'add-mask':
        this.addMask(data);
        break;
      case 'stop-commands':
        this.stop(data, line);
        break;
      case 'echo':
        this.setEcho(data);
        break;
      case 'set-output':
        this.target.setOutput(outputName(command), data);
        break;
      case 'save-state':
        this.target.saveState(outputName(command), data);
        break;
      case 'set-env':
      case 'add-path':
        throw new Error(disabledMessage(name));
      default: // Problem matchers are accepted and have no effect here.
        this.target.debug(`${name} is not carried out by the test runner`);
    }
  }

  private addMask(value: string): void {
    if (value.trim() === '') {
      this.target.warning("Can't add secret mask for empty string in ##[add-mask] command.");
      return;
    }
    if (this.echo) this.target.output('::add-mask::***');
    this.target.mask(value);
  }

  private stop(token: string, line: string): void {
    if (token === '' || this.registered.has(token.toLowerCase()) || token.toLowerCase() === 'pause-logging') {
      throw new Error(
        "You cannot use a endToken that is an empty string, the string 'pause-logging', or another workflow command.",
      );
    }
    this.stopToken = token;
    this.registered.add(token.toLowerCase());
    if (token.length > 6) this.target.mask(token);
    this.target.output(line);
  }

  private setEcho(value: string): void {
    const wanted = value.trim().toLowerCase();
    if (wanted !== 'on' && wanted !== 'off') {
      throw new Error(`Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${value}'.`);
    }
    this.echo = wanted === 'on';
  }
}

function disabledMessage(command: string): string {
  return (
    `The \`${command}\` command is disabled. Please upgrade to using Environment Files or opt into unsecure command ` +
    'execution by setting the `ACTIONS_ALLOW_UNSECURE_COMMANDS` environment variable to `true`.'
  );
}

function outputName(command: Command): string {
  const name = command.properties.get('name');
  if (!name) throw new Error(`Required field 'name' is missing in ##[${command.name}] command.`);
  return name;
}

/**
 * Lines and columns as the runner corrects them (actions/runner, ActionCommandManager.cs `ValidateLinesAndColumns`).
 */
function annotationOf(level: Level, command: Command, workspace: string): Annotation {
  const { properties } = command;
  const file = properties.get('file');
  const endLine = integer(properties.get('endline'));
  const line = integer(properties.get('line')) ?? endLine;
  const endColumn = integer(properties.get('endcolumn'));
  const col = integer(properties.get('col')) ?? endColumn;
  const linesFit = line === undefined || endLine === undefined || endLine >= line;
  const columnsFit = line !== undefined && (endLine === undefined || endLine === line);
  const inOrder = col === undefined || endColumn === undefined || endColumn >= col;
  return withoutUndefined({
    level,
    message: command.data,
    title: properties.get('title'),
    file: file && fromWorkspace(file, workspace),
    line: linesFit ? line : undefined,
    endLine: linesFit ? endLine : undefined,
    col: columnsFit && inOrder ? col : undefined,
    endColumn: columnsFit && inOrder ? endColumn : undefined,
  });
}

function withoutUndefined(fields: { [Key in keyof Annotation]: Annotation[Key] | undefined } & Annotation): Annotation {
  const present = Object.entries(fields).filter(([, value]) => value !== undefined);
  return { level: fields.level, message: fields.message, ...Object.fromEntries(present) };
}

function fromWorkspace(file: string, workspace: string): string {
  const path = isAbsolute(file) ? relative(workspace, file) : file;
  return path.startsWith('..') ? file : path;
}

function integer(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text.trim()) ? Number(text) : undefined;
}
