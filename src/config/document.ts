import { type Document, isMap, isNode, isPair, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { GateError } from '../core/errors.ts';
import { found, type Place } from '../core/finding.ts';
import { type Excess, findEndlessNesting, findExcess, tooDeep } from './bounds.ts';
import { invalidValue, invalidYaml } from './findings.ts';
import { findYamlFaults } from './yaml-faults.ts';
import { explainUnquoted } from './yaml-unquoted.ts';
import { toPlainValue } from './yaml-value.ts';

export type Path = readonly (string | number)[];

/** A parsed YAML file that knows the place of each value. */
export interface ConfigDocument {
  path: string;
  value: unknown;
  /** The place of the value at a path, or of the nearest parent that is in the file. */
  placeOf(path: Path): Place;
  /** The place of the key that leads to a value. */
  placeOfKey(path: Path): Place;
}

/** Parses YAML 1.2. Throws a GateError with every fault in it. */
export function parseConfigDocument(text: string, path: string): ConfigDocument {
  const yaml = text.replace(/^\ufeff/, '');
  let located: LocatedDocument | undefined;
  const locate = (): LocatedDocument => {
    located ??= parseLocated(yaml);
    return located;
  };
  const endless = findEndlessNesting(yaml);
  if (endless !== undefined) throw rejectAt(path, tooDeep, placeInText(path, yaml, endless));
  const plain = toPlainValue(yaml);
  if (!plain) throwFaults(locate(), path, yaml);
  const value: unknown = plain ? plain.value : locate().document.toJS();
  const excess = findExcess(value);
  if (excess)
    throw rejectExcess(
      excess,
      path,
      createPlace(path, locate, located => findKeyOffset(excess.path, located)),
    );
  return {
    path,
    value,
    placeOf: wanted => createPlace(path, locate, located => findOffset(wanted, located)),
    placeOfKey: wanted => createPlace(path, locate, located => findKeyOffset(wanted, located)),
  };
}

/** A document with all its nodes. It is slow to parse, so only a fault or a finding needs it. */
interface LocatedDocument {
  document: Document.Parsed;
  lines: LineCounter;
}

/**
 * `yaml` compares each key of a mapping with every other one, so `findYamlFaults` looks for duplicates. `yaml` creates
 * an error for each fault, and a file can have a fault in every character. Without stack traces, errors are cheap.
 */
function parseLocated(text: string): LocatedDocument {
  const lines = new LineCounter();
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    const options = { lineCounter: lines, prettyErrors: false, logLevel: 'error', uniqueKeys: false } as const;
    return { document: parseDocument(text, options), lines };
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

/** JavaScript drops this one key without an error, together with what it declares. */
function rejectExcess({ kind, message }: Excess, path: string, place: Place): GateError {
  if (kind === 'size') return rejectAt(path, message, place);
  return new GateError([found(invalidValue, { message: `${message}.`, help: 'Give it another name.', place })]);
}

function rejectAt(path: string, message: string, place: Place): GateError {
  return new GateError([found(invalidYaml, { message: `${path} is not valid YAML: ${message}.`, place })]);
}

/** Finds the place without parsing the text. */
function placeInText(path: string, text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function throwFaults(located: LocatedDocument, path: string, text: string): void {
  const faults = explainUnquoted(findYamlFaults(located.document), text);
  if (faults.length === 0) return;
  throw new GateError(
    faults.map(({ message, offset }) =>
      found(invalidYaml, {
        message: `${path} is not valid YAML: ${message}.`,
        place: createPlace(
          path,
          () => located,
          () => offset,
        ),
      }),
    ),
  );
}

/** A place that looks up its line only when someone reads it, since few of a gate's places are ever read. */
function createPlace(
  path: string,
  locate: () => LocatedDocument,
  offsetIn: (located: LocatedDocument) => number,
): Required<Place> {
  const position = () => locate().lines.linePos(offsetIn(locate()));
  return {
    path,
    get line() {
      return position().line;
    },
    get column() {
      return position().col;
    },
  };
}

function findOffset(wanted: Path, { document }: LocatedDocument): number {
  for (let depth = wanted.length; depth > 0; depth--) {
    const node = document.getIn(wanted.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function findKeyOffset(wanted: Path, located: LocatedDocument): number {
  const { document } = located;
  const parent = wanted.length > 1 ? document.getIn(wanted.slice(0, -1), true) : document.contents;
  const key = wanted.at(-1);
  const pair = isMap(parent) ? indexPairs(parent).get(String(key)) : undefined;
  return pair && isNode(pair.key) && pair.key.range ? pair.key.range[0] : findOffset(wanted, located);
}

const pairsByMap = new WeakMap<YAMLMap, Map<string, Pair>>();

/** The pairs by key. Cached, since a map of a thousand keys is asked for each of them. */
function indexPairs(map: YAMLMap): Map<string, Pair> {
  const known = pairsByMap.get(map);
  if (known) return known;
  const pairs = new Map(map.items.filter(item => isPair(item)).map(pair => [readKey(pair), pair]));
  pairsByMap.set(map, pairs);
  return pairs;
}

function readKey(pair: Pair): string {
  return String(isNode(pair.key) ? pair.key.toJSON() : pair.key);
}
