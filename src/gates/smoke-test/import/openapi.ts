import { methods } from '../../../config/http-methods.ts';
import { isMapping } from '../../../core/is-mapping.ts';
import { type Imported, type StepText, toName, toVariableName } from './flow-file.ts';

type Mapping = Record<string, unknown>;

/**
 * Converts an OpenAPI document (3.0 or 3.1): a flow for each tag, with a step for each operation that has the examples to
 * send it.
 */
export function importOpenapi(document: Mapping, name: string): Imported {
  const flows = new Map<string, StepText[]>();
  const notes: string[] = [];
  for (const operation of listOperations(document)) {
    const { step, notes: own } = convertOperation(operation, document);
    notes.push(...own.map(note => `${operation.method.toUpperCase()} ${operation.path}: ${note}`));
    if (step === undefined) continue;
    const flow = toName(String([operation.own.tags].flat()[0] ?? name));
    flows.set(flow, [...(flows.get(flow) ?? []), step]);
  }
  return { flows, notes };
}

interface Operation {
  method: string;
  path: string;
  own: Mapping;
  /** Of the path and of the operation. */
  parameters: Mapping[];
}

function listOperations(document: Mapping): Operation[] {
  return Object.entries(toMapping(document.paths)).flatMap(([path, item]) => {
    const shared = toMapping(item);
    return methods.flatMap(method => {
      const own = toMapping(shared[method]);
      if (Object.keys(own).length === 0) return [];
      const parameters = [shared.parameters ?? [], own.parameters ?? []].flat().map(each => resolve(each, document));
      return [{ method, path, own, parameters }];
    });
  });
}

function convertOperation(operation: Operation, document: Mapping): { step?: StepText; notes: string[] } {
  const { method, own } = operation;
  const { path, notes } = fillPath(operation, document);
  const query = convertQuery(operation, document);
  const step: StepText = {
    ...(own.summary !== undefined && { name: String(own.summary) }),
    [method]: path,
    ...(Object.keys(query).length > 0 && { query }),
  };
  if (own.requestBody !== undefined) {
    const example = findExample(getJsonContent(own.requestBody, document), document);
    if (example === undefined) {
      return { notes: [...notes, 'the operation, because it needs a body and has no example of one'] };
    }
    step.json = example;
  }
  if (needsAuthentication(own, document)) {
    step.bearer = '${TOKEN}';
    notes.push('its authentication; the step sends the variable TOKEN as a bearer token');
  }
  step.expect = convertResponse(own, document);
  return { step, notes };
}

/** The path with an example for each parameter, or a variable for a parameter without one. */
function fillPath({ path, parameters }: Operation, document: Mapping): { path: string; notes: string[] } {
  const names = [...path.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const examples = new Map(
    names.map(name => {
      const parameter = parameters.find(each => each.name === name && each.in === 'path') ?? {};
      return [name, findExample(parameter, document)];
    }),
  );
  return {
    path: path.replace(/\{([^}]+)\}/g, (_, name: string) => {
      const example = examples.get(name);
      return example === undefined ? `\${${toVariableName(name)}}` : encodeURIComponent(String(example));
    }),
    notes: names
      .filter(name => examples.get(name) === undefined)
      .map(name => `{${name}}, which has no example; the step reads the variable ${toVariableName(name)}`),
  };
}

function convertQuery({ parameters }: Operation, document: Mapping): Record<string, string> {
  const required = parameters.filter(each => each.in === 'query' && each.required === true);
  return Object.fromEntries(
    required.map(each => {
      const name = String(each.name);
      return [name, String(findExample(each, document) ?? `\${${toVariableName(name)}}`)];
    }),
  );
}

function needsAuthentication(own: Mapping, document: Mapping): boolean {
  const security = own.security ?? document.security;
  return security !== undefined && !(Array.isArray(own.security) && own.security.length === 0);
}

function convertResponse(own: Mapping, document: Mapping): StepText {
  const [status, response] = Object.entries(toMapping(own.responses)).find(([code]) => code.startsWith('2')) ?? [];
  const { schema } = getJsonContent(response, document);
  return {
    ...(status !== undefined && /^\d{3}$/.test(status) && { status: Number(status) }),
    ...(schema !== undefined && { schema: inlineRefs(schema, document, []) }),
  };
}

function getJsonContent(holder: unknown, document: Mapping): Mapping {
  return toMapping(toMapping(resolve(holder, document).content)['application/json']);
}

function findExample(holder: Mapping, document: Mapping): unknown {
  const schema = resolve(holder.schema, document);
  const [first] = Object.values(toMapping(holder.examples));
  return (
    holder.example ??
    toMapping(first).value ??
    schema.example ??
    schema.default ??
    [schema.examples].flat()[0] ??
    [schema.enum].flat()[0]
  );
}

/** Follows a `$ref` within the document. */
function resolve(value: unknown, document: Mapping): Mapping {
  const { $ref: ref } = toMapping(value);
  return typeof ref === 'string' ? toMapping(followRef(ref, document)) : toMapping(value);
}

function followRef(ref: string, document: Mapping): unknown {
  return ref
    .replace(/^#\//, '')
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => toMapping(at)[part], document);
}

/** A schema with its references replaced. A schema that contains itself accepts anything there. */
function inlineRefs(schema: unknown, document: Mapping, within: string[]): unknown {
  if (Array.isArray(schema)) return schema.map(item => inlineRefs(item, document, within));
  if (schema === null || typeof schema !== 'object') return schema;
  const ref: unknown = Reflect.get(schema, '$ref');
  if (typeof ref === 'string')
    return within.includes(ref) ? {} : inlineRefs(followRef(ref, document), document, [...within, ref]);
  const { nullable, example, ...rest } = toMapping(schema);
  const open = Object.fromEntries(
    Object.entries(rest).map(([key, value]) => [key, inlineRefs(value, document, within)]),
  );
  return nullable === true && typeof open.type === 'string' ? { ...open, type: [open.type, 'null'] } : open;
}

function toMapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}
