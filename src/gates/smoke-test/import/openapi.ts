import { methods } from '../../../config/http-methods.ts';
import { type Imported, nameOf, type StepText, variableName } from './flow-file.ts';

type Mapping = Record<string, unknown>;

/**
 * An OpenAPI document (3.0 or 3.1): a flow for each tag, with a step for each operation that its examples suffice to
 * ask.
 */
export function importOpenapi(document: Mapping, name: string): Imported {
  const flows = new Map<string, StepText[]>();
  const notes: string[] = [];
  for (const [path, item] of Object.entries(mappingOf(document.paths))) {
    for (const method of methods) {
      const operation = mappingOf(mappingOf(item)[method]);
      if (Object.keys(operation).length === 0) continue;
      const step = stepOf(method, path, operation, mappingOf(item), document, notes);
      if (step === undefined) continue;
      const flow = nameOf(String([operation.tags].flat()[0] ?? name));
      flows.set(flow, [...(flows.get(flow) ?? []), step]);
    }
  }
  return { flows, notes };
}

function stepOf(
  method: string,
  path: string,
  operation: Mapping,
  item: Mapping,
  document: Mapping,
  notes: string[],
): StepText | undefined {
  const note = (what: string) => void notes.push(`${method.toUpperCase()} ${path}: ${what}`);
  const parameters = [item.parameters ?? [], operation.parameters ?? []].flat().map(each => resolved(each, document));
  const step: StepText = { ...(operation.summary !== undefined && { name: String(operation.summary) }) };
  step[method] = path.replace(/\{([^}]+)\}/g, (_, parameter: string) => {
    const example = exampleOf(
      parameters.find(({ name, in: at }) => name === parameter && at === 'path') ?? {},
      document,
    );
    if (example === undefined)
      note(`{${parameter}} has no example, so it is read from the variable ${variableName(parameter)}`);
    return example === undefined ? `\${${variableName(parameter)}}` : encodeURIComponent(String(example));
  });
  const query = parameters.filter(({ in: at, required }) => at === 'query' && required === true);
  if (query.length > 0) {
    step.query = Object.fromEntries(
      query.map(each => [
        String(each.name),
        String(exampleOf(each, document) ?? `\${${variableName(String(each.name))}}`),
      ]),
    );
  }
  const body = mappingOf(mappingOf(resolved(operation.requestBody, document).content)['application/json']);
  const example = exampleOf(body, document);
  if (operation.requestBody !== undefined) {
    if (example === undefined) {
      note('it needs a body and has no example of one, so it is left out');
      return undefined;
    }
    step.json = example;
  }
  if (operation.security !== undefined || document.security !== undefined) {
    const isOpen = Array.isArray(operation.security) && operation.security.length === 0;
    if (!isOpen) {
      step.bearer = '${TOKEN}';
      note('it needs authentication; it is asked with the variable TOKEN as a bearer token');
    }
  }
  const [status, response] =
    Object.entries(mappingOf(operation.responses)).find(([code]) => code.startsWith('2')) ?? [];
  const schema = mappingOf(mappingOf(resolved(response, document).content)['application/json']).schema;
  step.expect = {
    ...(status !== undefined && /^\d{3}$/.test(status) && { status: Number(status) }),
    ...(schema !== undefined && { schema: inlined(schema, document, []) }),
  };
  return step;
}

function exampleOf(holder: Mapping, document: Mapping): unknown {
  const schema = resolved(holder.schema, document);
  const [first] = Object.values(mappingOf(holder.examples));
  return (
    holder.example ??
    mappingOf(first).value ??
    schema.example ??
    schema.default ??
    [schema.examples].flat()[0] ??
    [schema.enum].flat()[0]
  );
}

/** What a `$ref` within the document stands for. */
function resolved(value: unknown, document: Mapping): Mapping {
  const { $ref: ref } = mappingOf(value);
  return typeof ref === 'string' ? mappingOf(target(ref, document)) : mappingOf(value);
}

function target(ref: string, document: Mapping): unknown {
  return ref
    .replace(/^#\//, '')
    .split('/')
    .map(part => part.replaceAll('~1', '/').replaceAll('~0', '~'))
    .reduce<unknown>((at, part) => mappingOf(at)[part], document);
}

/** A schema with its references in place; one that holds itself is left open there. */
function inlined(schema: unknown, document: Mapping, within: string[]): unknown {
  if (Array.isArray(schema)) return schema.map(item => inlined(item, document, within));
  if (schema === null || typeof schema !== 'object') return schema;
  const ref: unknown = Reflect.get(schema, '$ref');
  if (typeof ref === 'string')
    return within.includes(ref) ? {} : inlined(target(ref, document), document, [...within, ref]);
  const { nullable, example, ...rest } = mappingOf(schema);
  const open = Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, inlined(value, document, within)]));
  return nullable === true && typeof open.type === 'string' ? { ...open, type: [open.type, 'null'] } : open;
}

function mappingOf(value: unknown): Mapping {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
}
