import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import type { FunctionDefinition } from '@actions/expressions/funcs/info';

/** What an expression can see and give. */
export type Value = string | number | boolean | null | Value[] | { [key: string]: Value };

/** The names and functions that an expression may use. */
export interface Scope {
  contexts: Record<string, Value>;
  functions: FunctionDefinition[];
}

const STATUS_FUNCTIONS = new Set(['success', 'failure', 'always', 'cancelled']);

/** Evaluates the inside of `${{ }}`. Throws the library's error when a name is unknown or the syntax is wrong. */
export function evaluateExpression(expression: string, scope: Scope): Value {
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(scope.contexts), scope.functions).parse();
  const functions = new Map(scope.functions.map(definition => [definition.name.toLowerCase(), definition]));
  return fromData(new Evaluator(parsed, contextData(scope), functions).evaluate());
}

/**
 * Evaluates an `if`: one that asks for no status means `success() && (…)` (docs: GitHub Actions, status check
 * functions).
 */
export function evaluateCondition(condition: string, scope: Scope): boolean {
  const trimmed = condition.trim();
  if (trimmed === '') return evaluateCondition('success()', scope);
  return isTruthy(evaluateExpression(asksForStatus(trimmed) ? trimmed : `success() && (${trimmed})`, scope));
}

/** The string a value becomes where a string is expected. Throws on mappings and sequences, as the runner does. */
export function asText(value: Value): string {
  if (Array.isArray(value)) throw new Error('A sequence was not expected');
  if (value !== null && typeof value === 'object') throw new Error('A mapping was not expected');
  return toData(value).coerceString();
}

export function isTruthy(value: Value): boolean {
  return !(value === null || value === false || value === '' || value === 0 || Number.isNaN(value));
}

function asksForStatus(expression: string): boolean {
  const { tokens } = new Lexer(expression).lex();
  return tokens.some(
    (token, index) => STATUS_FUNCTIONS.has(token.lexeme.toLowerCase()) && tokens[index + 1]?.lexeme === '(',
  );
}

function contextData(scope: Scope): data.Dictionary {
  return dictionary(scope.contexts);
}

function dictionary(values: Record<string, Value>): data.Dictionary {
  return new data.Dictionary(...Object.entries(values).map(([key, value]) => ({ key, value: toData(value) })));
}

export function toData(value: Value): data.ExpressionData {
  if (value === null) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return dictionary(value);
}

function fromData(value: data.ExpressionData): Value {
  if (value instanceof data.Array) return value.values().map(fromData);
  if (value instanceof data.Dictionary) {
    return Object.fromEntries(value.pairs().map(pair => [pair.key, fromData(pair.value)]));
  }
  if (value instanceof data.Null) return null;
  return value.value;
}
