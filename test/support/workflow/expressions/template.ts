import { messageOf } from '../errors.ts';
import {
  isBasicExpression,
  isBoolean,
  isMapping,
  isNumber,
  isScalar,
  isSequence,
  isString,
  type TemplateToken,
} from '../model/parser.ts';
import { asText, evaluateExpression, type Scope, type Value } from './expressions.ts';

const NOTHING: Scope = { contexts: {}, functions: [] };

/** A mapping of texts, such as `env` and `with`. */
export interface Texts {
  texts(scope: Scope): Record<string, string>;
}

/** A part of a workflow or action file that may hold expressions. */
export class Template implements Texts {
  private readonly token: TemplateToken;
  private readonly file: string;

  constructor(token: TemplateToken, file: string) {
    this.token = token;
    this.file = file;
  }

  /** The value under a key of a mapping. */
  find(key: string): Template | undefined {
    if (!isMapping(this.token)) return undefined;
    const found = this.token.find(key);
    return found && new Template(found, this.file);
  }

  /** The keys and values of a mapping, in the file's order; none for anything else. */
  entries(): [string, Template][] {
    if (!isMapping(this.token)) return [];
    return [...this.token].map(pair => [pair.key.toString(), new Template(pair.value, this.file)]);
  }

  /** The items of a sequence; a single value counts as a sequence of one. */
  items(): Template[] {
    if (!isSequence(this.token)) return [this];
    return [...this.token].map(item => new Template(item, this.file));
  }

  /** What an `if` says, without `${{ }}`. */
  condition(): string {
    return isBasicExpression(this.token) ? this.token.expression : this.literal();
  }

  /** The text of a value that holds no expression. */
  literal(): string {
    return isScalar(this.token) ? this.token.toString() : '';
  }

  /** Throws an error with file, line and column when an expression is wrong. */
  value(scope: Scope = NOTHING): Value {
    return evaluateToken(this.token, this.file, scope);
  }

  text(scope: Scope = NOTHING): string {
    const value = this.value(scope);
    return located(this.token, this.file, () => asText(value));
  }

  texts(scope: Scope): Record<string, string> {
    return Object.fromEntries(this.entries().map(([key, value]) => [key, value.text(scope)]));
  }
}

function evaluateToken(token: TemplateToken, file: string, scope: Scope): Value {
  if (isBasicExpression(token)) return located(token, file, () => evaluateExpression(token.expression, scope));
  if (isMapping(token)) {
    return Object.fromEntries([...token].map(pair => [pair.key.toString(), evaluateToken(pair.value, file, scope)]));
  }
  if (isSequence(token)) return [...token].map(item => evaluateToken(item, file, scope));
  if (isString(token) || isBoolean(token) || isNumber(token)) return token.value;
  return null;
}

function located<T>(token: TemplateToken, file: string, evaluate: () => T): T {
  try {
    return evaluate();
  } catch (cause) {
    const reason = messageOf(cause);
    throw new Error(`The template is not valid. ${file} (Line: ${token.line}, Col: ${token.col}): ${reason}`, {
      cause,
    });
  }
}
