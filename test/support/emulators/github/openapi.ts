import { createRequire } from 'node:module';
import { join } from 'node:path';
import { vendorJson, vendorPackage } from '../../vendors.ts';
import type { RecordedRequest } from '../http.ts';
import { isRecord, recordOf, textOf } from '../values.ts';

export interface OpenApi {
  /** What of a request and its answer is not as GitHub's OpenAPI description says; empty when all is well. */
  violations(recorded: RecordedRequest): string[];
}

/** The part of Ajv that is used. It comes from the vendors' folder, so its own types may not be there. */
interface Validate {
  (value: unknown): boolean;
  errors?: { instancePath: string; message?: string }[] | null;
}
interface Ajv {
  addSchema(schema: object, key: string): void;
  addFormat(name: string, format: (text: string) => boolean): void;
  compile(schema: object): Validate;
}

interface Operation {
  template: string;
  pattern: RegExp;
  /** Literal segments: of several templates that match, the one with most of them is meant. */
  weight: number;
}

/** GitHub's own description of its API (@octokit/openapi), or undefined where it is not installed. */
export function githubOpenApi(): OpenApi | undefined {
  const description = vendorJson('@octokit/openapi', 'generated/api.github.com.json');
  const ajvFolder = vendorPackage('ajv');
  if (!isRecord(description) || ajvFolder === undefined) return undefined;

  const compile = schemaCompiler(description, ajvFolder);
  const operations = Object.keys(recordOf(description.paths)).map(operationOf);
  const validators = new Map<string, Validate>();
  const check = (what: string, path: string[], value: unknown): string[] => {
    const pointer = pointerTo(path);
    const validate = validators.get(pointer) ?? compile(pointer);
    validators.set(pointer, validate);
    if (validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${what}${instancePath} ${message}`);
  };

  return {
    violations(recorded) {
      const url = new URL(recorded.path, 'http://emulator');
      const method = recorded.method.toLowerCase();
      const template = operations
        .filter(
          ({ pattern, template }) =>
            pattern.test(url.pathname) && isRecord(at(description, ['paths', template, method])),
        )
        .sort((one, other) => other.weight - one.weight)[0]?.template;
      const call = `${recorded.method} ${url.pathname} ${recorded.status}`;
      if (template === undefined) return [`${call}: GitHub has no such operation`];
      const operation = ['paths', template, method];

      const requestSchema = [...operation, 'requestBody', 'content', 'application/json', 'schema'];
      const accepted = recorded.status < 400 && isRecord(at(description, requestSchema));
      const known = parameterNames(description, template, method);
      return [
        ...(accepted ? check(`${call}: request`, requestSchema, recorded.body ?? {}) : []),
        ...[...url.searchParams.keys()]
          .filter(name => !known.includes(name))
          .map(name => `${call}: unknown parameter ${name}`),
        ...answerViolations(recorded, call, description, operation, check),
      ];
    },
  };
}

function answerViolations(
  { status, answer }: RecordedRequest,
  call: string,
  description: Record<string, unknown>,
  operation: string[],
  check: (what: string, path: string[], value: unknown) => string[],
): string[] {
  const documented = at(description, [...operation, 'responses', String(status)]);
  if (documented === undefined && status < 400) return [`${call}: GitHub does not answer with this status`];
  const reference = isRecord(documented) ? textOf(documented.$ref) : undefined;
  const response = reference?.slice(2).split('/') ?? [...operation, 'responses', String(status)];
  const schema = [...response, 'content', 'application/json', 'schema'];
  if (isRecord(at(description, schema))) return check(`${call}: answer`, schema, answer);
  if (status >= 400) return check(`${call}: answer`, ['components', 'schemas', 'basic-error'], answer);
  return answer === undefined ? [] : [`${call}: GitHub answers without a body`];
}

/** Ajv from the vendors' folder: the description is far too big to be a dependency of the suite. */
function schemaCompiler(description: Record<string, unknown>, ajvFolder: string): (pointer: string) => Validate {
  const require = createRequire(join(ajvFolder, 'package.json'));
  const { Ajv }: { Ajv: new (options: object) => Ajv } = require('ajv');
  const { default: addFormats }: { default: (ajv: Ajv) => void } = require('ajv-formats');
  const ajv = new Ajv({ strict: false, allErrors: true, logger: false, validateSchema: false });
  addFormats(ajv);
  // An address that was not given is empty: GitHub's own default for it.
  ajv.addFormat('uri', text => text === '' || URL.canParse(text));
  ajv.addSchema(recordOf(asJsonSchema(description)), 'github');
  return pointer => ajv.compile({ $ref: `github#${pointer}` });
}

/** OpenAPI 3.0 says `nullable` where JSON Schema has a type of null. */
function asJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asJsonSchema);
  if (!isRecord(value)) return value;
  const { nullable, ...rest } = Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, asJsonSchema(item)]),
  );
  return nullable === true
    ? { anyOf: [{ type: 'null' }, rest] }
    : nullable === undefined
      ? rest
      : { nullable, ...rest };
}

function operationOf(template: string): Operation {
  const segments = template.split('/').slice(1);
  const parts = segments.map(segment => {
    if (!segment.startsWith('{')) return segment.replaceAll('.', '\\.');
    // A reference may have slashes of its own.
    return segment === '{ref}' ? '.+' : '[^/]+';
  });
  const weight = segments.filter(segment => !segment.startsWith('{')).length;
  return { template, pattern: new RegExp(`^/${parts.join('/')}$`), weight };
}

function parameterNames(description: Record<string, unknown>, template: string, method: string): string[] {
  const lists = [
    at(description, ['paths', template, 'parameters']),
    at(description, ['paths', template, method, 'parameters']),
  ];
  return lists
    .flatMap(list => (Array.isArray(list) ? list : []))
    .map(parameter => {
      const reference = textOf(recordOf(parameter).$ref);
      return reference === undefined ? parameter : at(description, reference.slice(2).split('/'));
    })
    .map(parameter => textOf(recordOf(parameter).name) ?? '');
}

function at(root: unknown, path: string[]): unknown {
  return path.reduce<unknown>((value, key) => recordOf(value)[key], root);
}

/** A JSON pointer as the fragment of a URI. */
function pointerTo(path: string[]): string {
  return path.map(key => `/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}
