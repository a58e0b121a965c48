/** A JSON Schema, as far as one is needed here. Vendors that publish a client in Go publish their models with it. */
export interface Model {
  type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  properties?: Record<string, Model>;
  required?: string[];
  items?: Model;
  enum?: string[];
  /** Of a map: its values. */
  additionalProperties?: Model;
  /** The name of another model. */
  $ref?: string;
}

const basics: Record<string, Model> = {
  string: { type: 'string' },
  bool: { type: 'boolean' },
  float32: { type: 'number' },
  float64: { type: 'number' },
  'time.Time': { type: 'string' },
};

/** The structs and named types of Go files, by name. A type of another file that is not given is anything. */
export function readGoModels(files: string[]): Record<string, Model> {
  const lines = files.flatMap(text => text.split('\n').map(line => line.replace(/\s*\/\/.*$/, '').trim()));
  const models: Record<string, Model> = {};
  const values: [string, string][] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, typed, value] = /^\w+\s+(\w+)\s+= "(.*)"$/.exec(lines[at] ?? '') ?? [];
    if (typed !== undefined && value !== undefined) values.push([typed, value]);
    const [, name, type] = /^type (\w+) =? ?(.+)$/.exec(lines[at] ?? '') ?? [];
    if (name === undefined || type === undefined) continue;
    if (type !== 'struct {') {
      models[name] = toModel(type);
      continue;
    }
    const struct = readStruct(lines, at + 1);
    models[name] = struct.model;
    at = struct.end;
  }
  for (const [typed, value] of values) {
    const model = models[typed];
    if (model?.type === 'string') model.enum = [...(model.enum ?? []), value];
  }
  return models;
}

/** Reads fields until the brace that ends the struct; `end` is the line of the brace. */
function readStruct(lines: string[], start: number): { model: Model; end: number; tag: string } {
  const properties: Record<string, Model> = {};
  const required: string[] = [];
  let isUnion = false;
  const add = (type: string, model: Model, tag: string) => {
    const [name = '', ...options] = (/json:"([^"]*)"/.exec(tag)?.[1] ?? '').split(',');
    if (name === '' || name === '-') return;
    properties[name] = model;
    if (!options.includes('omitempty') && !type.startsWith('*')) required.push(name);
  };
  for (let at = start; at < lines.length; at++) {
    const line = lines[at] ?? '';
    const [, ending] = /^\}(.*)$/.exec(line) ?? [];
    if (ending !== undefined) {
      return { model: isUnion ? {} : { type: 'object', properties, required }, end: at, tag: ending };
    }
    const [, name, type = '', tag = ''] = /^(\w+)\s+(\S.*?)\s*(`.*`)?$/.exec(line) ?? [];
    if (name === 'union') isUnion = true; // by oapi-codegen: one of several structs, of which this tells nothing
    if (!type.endsWith('struct {')) {
      add(type, toModel(type), tag);
      continue;
    }
    const struct = readStruct(lines, at + 1);
    add(type, type.includes('[]') ? { type: 'array', items: struct.model } : struct.model, struct.tag);
    at = struct.end;
  }
  throw new TypeError('A struct has no end.');
}

function toModel(type: string): Model {
  const bare = type.replace(/^\*/, '');
  if (bare.startsWith('[]')) return { type: 'array', items: toModel(bare.slice(2)) };
  const [, values] = /^map\[[^\]]+\](.+)$/.exec(bare) ?? [];
  if (values !== undefined) return { type: 'object', additionalProperties: toModel(values) };
  if (/^u?int\d*$/.test(bare)) return { type: 'integer' };
  const known = basics[bare];
  if (known) return { ...known };
  return /^(?:\w+\.)?[A-Z]\w*$/.test(bare) && bare !== 'json.RawMessage' ? { $ref: bare.replace(/^\w+\./, '') } : {};
}

/** Only these models, and those that they refer to. */
export function pickModels(models: Record<string, Model>, names: string[]): Record<string, Model> {
  const picked: Record<string, Model> = {};
  const visit = (name: string) => {
    const model = models[name];
    if (model === undefined || name in picked) return;
    picked[name] = model;
    for (const [, found] of JSON.stringify(model).matchAll(/"\$ref":"(\w+)"/g)) visit(found ?? '');
  };
  for (const name of names) {
    if (!(name in models)) throw new TypeError(`The vendor has no model ${name} any more.`);
    visit(name);
  }
  return picked;
}

/** The fields of models, one a line: `Machine.host_status: HostStatus`. */
export function listModelFields(models: Record<string, Model>): string[] {
  return Object.entries(models).flatMap(([name, model]) => listFields(name, model));
}

function listFields(path: string, model: Model): string[] {
  const { properties, required = [], items } = model;
  if (items) return listFields(`${path}[]`, items);
  if (!properties) return [`${path}: ${describe(model)}`];
  return Object.entries(properties).flatMap(([name, field]) => {
    const here = listFields(`${path}.${name}`, field);
    return required.includes(name) ? here.map(line => `${line}!`) : here;
  });
}

function describe({ $ref, type, enum: values, additionalProperties }: Model): string {
  if (values) return values.join(' | ');
  if (additionalProperties) return `map of ${describe(additionalProperties)}`;
  return $ref ?? type ?? 'anything';
}
