import { type Imported, nameOf, type StepText, translated, unusedName } from './flow-file.ts';

type Mapping = Record<string, unknown>;

/** A Postman collection (format 2.0 or 2.1): its folders become flows, and so do the requests outside of them. */
export function importPostman(collection: Mapping, name: string): Imported {
  const flows = new Map<string, StepText[]>();
  const notes: string[] = [];
  const items = listOf(collection.item);
  const captured = new Set(scriptsIn(items).flatMap(script => capturesIn(script).map(([variable]) => variable)));
  const loose = items.filter(item => item.request !== undefined);
  const inherited = mappingOf(collection.auth);
  const title = textOf(mappingOf(collection.info).name) || name;
  if (loose.length > 0)
    flows.set(
      nameOf(title),
      loose.map(item => stepOf(item, inherited, captured, notes)),
    );
  for (const folder of items.filter(item => Array.isArray(item.item))) {
    const steps = requestsIn(folder).map(item =>
      stepOf(item, mappingOf(folder.auth ?? collection.auth), captured, notes),
    );
    if (steps.length > 0) flows.set(unusedName(nameOf(textOf(folder.name)), flows), steps);
  }
  for (const { key } of listOf(collection.variable)) {
    if (typeof key === 'string')
      notes.push(`the variable ${key} of the collection is not carried over; pass it in the env of the step`);
  }
  return { flows, notes };
}

function requestsIn(folder: Mapping): Mapping[] {
  return listOf(folder.item).flatMap(item => (item.request === undefined ? requestsIn(item) : [item]));
}

function stepOf(item: Mapping, inherited: Mapping, captured: ReadonlySet<string>, notes: string[]): StepText {
  const request = typeof item.request === 'string' ? { method: 'GET', url: item.request } : mappingOf(item.request);
  const method = textOf(request.method).toLowerCase() || 'get';
  const title = textOf(item.name);
  const note = (what: string) => void notes.push(`${title}: ${what}`);
  const text = (value: unknown) => translated(textOf(value), captured);
  const url = typeof request.url === 'string' ? request.url : textOf(mappingOf(request.url).raw);
  const step: StepText = { ...(title && { name: title }), [method]: text(url) };
  const headers = listOf(request.header).filter(header => header.disabled !== true);
  if (headers.length > 0)
    step.headers = Object.fromEntries(headers.map(({ key, value }) => [textOf(key), text(value)]));
  addBody(step, mappingOf(request.body), text, note);
  addAuth(step, Object.keys(mappingOf(request.auth)).length > 0 ? mappingOf(request.auth) : inherited, text, note);
  const script = scriptsIn([item]).join('\n');
  const status =
    /\.have\.status\((\d{3})\)|response\.code\)\.to\.(?:eql|equal)\((\d{3})\)|responseCode\.code\s*===?\s*(\d{3})/.exec(
      script,
    );
  const expected = status?.slice(1).find(part => part !== undefined);
  if (expected !== undefined) step.expect = { status: Number(expected) };
  const captures = capturesIn(script);
  if (captures.length > 0)
    step.capture = Object.fromEntries(captures.map(([variable, path]) => [nameOf(variable), path]));
  if (script.trim() !== '')
    note('of its test script only the status and simple captures are carried over; say the rest under `expect`');
  return step;
}

function addBody(step: StepText, body: Mapping, text: (value: unknown) => string, note: (what: string) => void): void {
  const fields = (list: unknown) =>
    Object.fromEntries(
      listOf(list)
        .filter(field => field.disabled !== true)
        .map(field => [
          textOf(field.key),
          field.type === 'file' ? { file: textOf([field.src].flat()[0]) } : text(field.value),
        ]),
    );
  if (body.mode === 'raw') {
    try {
      step.json = JSON.parse(text(body.raw));
    } catch {
      step.body = text(body.raw);
    }
  } else if (body.mode === 'urlencoded') step.form = fields(body.urlencoded);
  else if (body.mode === 'formdata') step.multipart = fields(body.formdata);
  else if (body.mode !== undefined) note(`a body of the mode ${textOf(body.mode)} is not carried over`);
}

function addAuth(step: StepText, auth: Mapping, text: (value: unknown) => string, note: (what: string) => void): void {
  const type = textOf(auth.type);
  const value = (name: string) => text(listOf(auth[type]).find(({ key }) => key === name)?.value);
  if (type === 'bearer') step.bearer = value('token');
  else if (type === 'basic') step.basic = { username: value('username'), password: value('password') };
  else if (type !== '' && type !== 'noauth') note(`authentication by ${type} is not carried over`);
}

function scriptsIn(items: Mapping[]): string[] {
  return items.flatMap(item => [
    ...listOf(item.event)
      .filter(event => event.listen === 'test')
      .map(event => [mappingOf(event.script).exec].flat().join('\n')),
    ...scriptsIn(listOf(item.item)),
  ]);
}

/** `pm.environment.set("token", pm.response.json().a.b)`, also by a variable that holds the parsed body. */
function capturesIn(script: string): [string, string][] {
  const set =
    /pm\.(?:environment|collectionVariables|globals|variables)\.set\(\s*["'](\w+)["']\s*,\s*(?:pm\.response\.json\(\)|\w+)((?:\.\w+|\[\d+\])+)\s*\)/g;
  return [...script.matchAll(set)].map(([, variable = '', path = '']) => [variable, `$${path}`]);
}

function listOf(value: unknown): Mapping[] {
  return Array.isArray(value) ? value.map(mappingOf) : [];
}

function mappingOf(value: unknown): Mapping {
  return value !== null && typeof value === 'object' && !Array.isArray(value) ? { ...value } : {};
}

function textOf(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
