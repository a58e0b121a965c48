import { type Imported, type StepText, toName, translateNames } from './flow-file.ts';
import { convertAssert } from './hurl-asserts.ts';

const request = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+(\S.*)$/;
const answer = /^HTTP(?:\/[\d.]+)?\s+(\d{3}|\*)/;
const pair = /^("[^"]+"|[^:\s]+)\s*:\s?(.*)$/;

/** One entry of a Hurl file, section by section. */
interface Entry {
  method: string;
  url: string;
  status: string | undefined;
  sections: Map<string, string[]>;
  line: number;
}

/** Converts a Hurl file to one flow (Hurl, docs/manual/hurl.md). */
export function importHurl(text: string, name: string): Imported {
  const notes: string[] = [];
  const entries = parseEntries(text, notes);
  const captured = new Set(
    entries.flatMap(({ sections }) => (sections.get('response Captures') ?? []).map(line => readName(line))),
  );
  const steps = entries.map(entry => convertEntry(entry, captured, notes));
  return { flows: new Map([[toName(name), steps]]), notes };
}

function parseEntries(text: string, notes: string[]): Entry[] {
  const entries: Entry[] = [];
  let section = 'request';
  let isBody = false;
  for (const [index, raw] of text.split(/\r?\n/).entries()) {
    const line = raw.trimEnd();
    const entry = entries.at(-1);
    const starts = request.exec(line);
    const answers = answer.exec(line);
    if (starts && !(isBody && line.startsWith(' '))) {
      entries.push({
        method: starts[1] ?? 'GET',
        url: starts[2] ?? '/',
        status: undefined,
        sections: new Map(),
        line: index + 1,
      });
      section = 'request';
      isBody = false;
    } else if (answers && entry) {
      entry.status = answers[1];
      section = 'response';
      isBody = false;
    } else if (entry && !isBody && (line.trim() === '' || line.trim().startsWith('#'))) {
      // an empty line or a comment between parts
    } else if (entry && /^\[\w+\]$/.test(line.trim()) && !isBody) {
      section = `${section.split(' ')[0]} ${line.trim().slice(1, -1)}`;
    } else if (entry) {
      const isPlain = section === 'request' || section === 'response';
      if (isPlain && !isBody && !pair.test(line)) isBody = true;
      if (isPlain && /^[[{<`"]/.test(line.trim())) isBody = true;
      const key = isBody ? `${section} body` : section;
      entry.sections.set(key, [...(entry.sections.get(key) ?? []), line]);
    } else if (line.trim() !== '' && !line.startsWith('#'))
      notes.push(`line ${index + 1} is not part of a request: ${line}`);
  }
  return entries;
}

function convertEntry(entry: Entry, captured: ReadonlySet<string>, notes: string[]): StepText {
  const note = (what: string) => void notes.push(`line ${entry.line} (${entry.method} ${entry.url}): ${what}`);
  const text = (value: string) => translateNames(value, captured);
  const pairs = (...names: string[]) =>
    Object.fromEntries(
      names
        .flatMap(name => entry.sections.get(name) ?? [])
        .flatMap(line => {
          const [, key = '', value = ''] = pair.exec(line) ?? [];
          return key === '' ? [] : [[key.replace(/^"|"$/g, ''), text(value)] as const];
        }),
    );
  const step: StepText = { [entry.method.toLowerCase()]: text(entry.url) };
  const add = (key: string, value: object) => {
    if (Object.keys(value).length > 0) step[key] = value;
  };
  add('headers', pairs('request'));
  add('query', pairs('request QueryStringParams', 'request Query'));
  add('form', pairs('request FormParams', 'request Form'));
  const multipart = pairs('request MultipartFormData', 'request Multipart');
  add('multipart', Object.fromEntries(Object.entries(multipart).map(([key, value]) => [key, parseFile(value)])));
  const [basic] = Object.entries(pairs('request BasicAuth'));
  if (basic) step.basic = { username: text(basic[0]), password: basic[1] };
  addBody(step, (entry.sections.get('request body') ?? []).join('\n').trim(), text, note);
  addOptions(step, pairs('request Options'), note);
  if (entry.sections.has('request Cookies')) note('[Cookies]; the flow sends the cookies that it receives');
  if (entry.sections.has('response body')) note('the expected body; write it under `expect`');
  addExpectations(step, entry, text, note);
  return step;
}

function addBody(step: StepText, body: string, text: (value: string) => string, note: (what: string) => void): void {
  if (body === '') return;
  const plain = body.replace(/^```\w*\n?|```$/g, '').trim();
  try {
    step.json = JSON.parse(text(plain));
  } catch {
    if (/^(base64|hex|file),/.test(plain)) note('a body in base64 or hex, or from a file');
    else step.body = text(plain);
  }
}

function addOptions(step: StepText, options: Record<string, string>, note: (what: string) => void): void {
  for (const [name, value] of Object.entries(options)) {
    if (name === 'location' || name === 'location-trusted') step.follow = Number(options['max-redirs'] ?? 10) || 10;
    else if (name === 'retry')
      step.retry = { times: Math.min(20, Math.max(1, Number(value) || 20)), because: 'imported from Hurl' };
    else if (name === 'repeat') step.repeat = Math.max(1, Number(value) || 1);
    else if (name !== 'max-redirs') note(`the option ${name}`);
  }
}

function addExpectations(
  step: StepText,
  entry: Entry,
  text: (value: string) => string,
  note: (what: string) => void,
): void {
  const expect: StepText = {};
  if (entry.status !== undefined && entry.status !== '*') expect.status = Number(entry.status);
  for (const line of entry.sections.get('response') ?? []) {
    const [, name = '', value = ''] = pair.exec(line) ?? [];
    if (name !== '') expect.headers = { ...(expect.headers as object), [name]: text(value) };
  }
  for (const line of entry.sections.get('response Asserts') ?? []) {
    const found = convertAssert(line.trim(), text);
    if (found === undefined) note(`the assertion \`${line.trim()}\``);
    else if (found.key === 'within') step.within = found.value;
    else if (typeof found.value === 'object') expect[found.key] = { ...(expect[found.key] as object), ...found.value };
    else expect[found.key] = found.value;
  }
  if (Object.keys(expect).length > 0) step.expect = expect;
  const captures = (entry.sections.get('response Captures') ?? []).flatMap(line => {
    const capture = convertCapture(line.slice(line.indexOf(':') + 1).trim());
    if (capture === undefined) note(`the capture \`${line.trim()}\``);
    return capture === undefined ? [] : [[toName(readName(line)), capture] as const];
  });
  if (captures.length > 0) step.capture = Object.fromEntries(captures);
}

function parseFile(value: string): unknown {
  const [, file, type] = /^file,\s*([^;]+);?\s*(.*)$/.exec(value) ?? [];
  return file === undefined ? value : { file: file.trim(), ...(type && { type: type.replace(/;$/, '') }) };
}

function readName(line: string): string {
  return line.slice(0, line.indexOf(':')).trim();
}

/** Converts a capture of Hurl; undefined if the flow file has no equivalent. */
function convertCapture(query: string): unknown {
  const [, kind, argument] =
    /^(\w+)(?:\s+(?:"((?:[^"\\]|\\.)*)"|\/(.*)\/))?$/.exec(query)?.map(part => part?.replace(/\\"/g, '"')) ?? [];
  const pattern = /^regex\s+\/(.*)\/$/.exec(query)?.[1];
  if (pattern !== undefined) return { text: pattern };
  if (kind === 'status') return { status: true };
  if (argument === undefined) return undefined;
  if (kind === 'jsonpath') return argument;
  if (kind === 'header') return { header: argument };
  if (kind === 'cookie' && !argument.includes('[')) return { cookie: argument };
  return kind === 'regex' ? { text: argument } : undefined;
}
