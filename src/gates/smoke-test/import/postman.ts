import { isMapping } from '../../../core/is-mapping.ts';
import { findUnusedName, type Imported, type StepText, toName, translateNames } from './flow-file.ts';

type Mapping = Record<string, unknown>;

/** Converts a Postman collection (format 2.0 or 2.1). Each folder becomes a flow, and so do the requests outside folders. */
export function importPostman(collection: Mapping, name: string): Imported {
  const flows = new Map<string, StepText[]>();
  const notes: string[] = [];
  const items = toList(collection.item);
  const captured = new Set(listScripts(items).flatMap(script => findCaptures(script).map(([variable]) => variable)));
  const loose = items.filter(item => item.request !== undefined);
  const inherited = toMapping(collection.auth);
  const title = toText(toMapping(collection.info).name) || name;
  if (loose.length > 0)
    flows.set(
      toName(title),
      loose.map(item => convertItem(item, inherited, captured, notes)),
    );
  for (const folder of items.filter(item => Array.isArray(item.item))) {
    const steps = listRequests(folder).map(item =>
      convertItem(item, toMapping(folder.auth ?? collection.auth), captured, notes),
    );
    if (steps.length > 0) flows.set(findUnusedName(toName(toText(folder.name)), flows), steps);
  }
  for (const { key } of toList(collection.variable)) {
    if (typeof key === 'string') notes.push(`the variable ${key} of the collection; pass it in the env of the step`);
  }
  return { flows, notes };
}

function listRequests(folder: Mapping): Mapping[] {
  return toList(folder.item).flatMap(item => (item.request === undefined ? listRequests(item) : [item]));
}

function convertItem(item: Mapping, inherited: Mapping, captured: ReadonlySet<string>, notes: string[]): StepText {
  const request = typeof item.request === 'string' ? { method: 'GET', url: item.request } : toMapping(item.request);
  const method = toText(request.method).toLowerCase() || 'get';
  const title = toText(item.name);
  const note = (what: string) => void notes.push(`${title}: ${what}`);
  const text = (value: unknown) => translateNames(toText(value), captured);
  const url = typeof request.url === 'string' ? request.url : toText(toMapping(request.url).raw);
  const step: StepText = { ...(title && { name: title }), [method]: text(url) };
  const headers = toList(request.header).filter(header => header.disabled !== true);
  if (headers.length > 0)
    step.headers = Object.fromEntries(headers.map(({ key, value }) => [toText(key), text(value)]));
  addBody(step, toMapping(request.body), text, note);
  addAuth(step, Object.keys(toMapping(request.auth)).length > 0 ? toMapping(request.auth) : inherited, text, note);
  const script = listScripts([item]).join('\n');
  const status =
    /\.have\.status\((\d{3})\)|response\.code\)\.to\.(?:eql|equal)\((\d{3})\)|responseCode\.code\s*===?\s*(\d{3})/.exec(
      script,
    );
  const expected = status?.slice(1).find(part => part !== undefined);
  if (expected !== undefined) step.expect = { status: Number(expected) };
  const captures = findCaptures(script);
  if (captures.length > 0)
    step.capture = Object.fromEntries(captures.map(([variable, path]) => [toName(variable), path]));
  if (script.trim() !== '')
    note('its test script, except the status and simple captures; write the rest under `expect`');
  return step;
}

function addBody(step: StepText, body: Mapping, text: (value: unknown) => string, note: (what: string) => void): void {
  const fields = (list: unknown) =>
    Object.fromEntries(
      toList(list)
        .filter(field => field.disabled !== true)
        .map(field => [
          toText(field.key),
          field.type === 'file' ? { file: toText([field.src].flat()[0]) } : text(field.value),
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
  else if (body.mode !== undefined) note(`a body of the mode ${toText(body.mode)}`);
}

function addAuth(step: StepText, auth: Mapping, text: (value: unknown) => string, note: (what: string) => void): void {
  const type = toText(auth.type);
  const value = (name: string) => text(toList(auth[type]).find(({ key }) => key === name)?.value);
  if (type === 'bearer') step.bearer = value('token');
  else if (type === 'basic') step.basic = { username: value('username'), password: value('password') };
  else if (type !== '' && type !== 'noauth') note(`authentication by ${type}`);
}

function listScripts(items: Mapping[]): string[] {
  return items.flatMap(item => [
    ...toList(item.event)
      .filter(event => event.listen === 'test')
      .map(event => [toMapping(event.script).exec].flat().join('\n')),
    ...listScripts(toList(item.item)),
  ]);
}

/** Finds `pm.environment.set("token", pm.response.json().a.b)`, also with a variable that holds the parsed body. */
function findCaptures(script: string): [string, string][] {
  const set =
    /pm\.(?:environment|collectionVariables|globals|variables)\.set\(\s*["'](\w+)["']\s*,\s*(?:pm\.response\.json\(\)|\w+)((?:\.\w+|\[\d+\])+)\s*\)/g;
  return [...script.matchAll(set)].map(([, variable = '', path = '']) => [variable, `$${path}`]);
}

function toList(value: unknown): Mapping[] {
  return Array.isArray(value) ? value.map(toMapping) : [];
}

function toMapping(value: unknown): Mapping {
  return isMapping(value) ? value : {};
}

function toText(value: unknown): string {
  return value === undefined || value === null ? '' : String(value);
}
