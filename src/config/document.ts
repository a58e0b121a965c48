import { type Document, isMap, isNode, isPair, LineCounter, type Pair, parseDocument, type YAMLMap } from 'yaml';
import { GateError } from '../core/errors.ts';
import { found, type Place } from '../core/finding.ts';
import { type Excess, findEndlessNesting, findExcess, tooDeep } from './bounds.ts';
import { invalidValue, invalidYaml } from './findings.ts';
import { findYamlFaults } from './yaml-faults.ts';
import { toPlainValue } from './yaml-value.ts';

export type Path = readonly (string | number)[];

/** A parsed YAML file that still knows where each value stands. */
export interface ConfigDocument {
  path: string;
  value: unknown;
  /** The place of the value at a path, or of the nearest parent that is in the file. */
  placeOf(path: Path): Place;
  /** The place of the key that leads to a value. */
  placeOfKey(path: Path): Place;
}

/** Parses YAML 1.2. Throws a GateError with every fault found in it. */
export function parseConfigDocument(text: string, path: string): ConfigDocument {
  const yaml = text.replace(/^\ufeff/, '');
  let located: LocatedDocument | undefined;
  const locate = (): LocatedDocument => {
    located ??= locatedDocument(yaml);
    return located;
  };
  const endless = findEndlessNesting(yaml);
  if (endless !== undefined) throw rejectAt(path, tooDeep, placeInText(path, yaml, endless));
  const plain = toPlainValue(yaml);
  if (!plain) refuseFaults(locate(), path);
  const value: unknown = plain ? plain.value : locate().document.toJS();
  const excess = findExcess(value);
  if (excess)
    throw rejectExcess(
      excess,
      path,
      placeAt(path, locate, located => offsetOfKey(excess.path, located)),
    );
  return {
    path,
    value,
    placeOf: wanted => placeAt(path, locate, located => offsetOf(wanted, located)),
    placeOfKey: wanted => placeAt(path, locate, located => offsetOfKey(wanted, located)),
  };
}

/** A document with all its nodes: slow to make, so only for what has a fault or a finding. */
interface LocatedDocument {
  document: Document.Parsed;
  lines: LineCounter;
}

/**
 * `yaml` compares each key of a mapping with every other one, so duplicates are found by `findYamlFaults`. It makes an
 * error for each fault, of which a file can have as many as characters: without their stacks, these are quick to make.
 */
function locatedDocument(text: string): LocatedDocument {
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

/** A mapping of JavaScript drops this one key without a word, and with it what it declares. */
function rejectExcess({ kind, message }: Excess, path: string, place: Place): GateError {
  if (kind === 'size') return rejectAt(path, message, place);
  return new GateError([found(invalidValue, { message: `${message}.`, help: 'Give it another name.', place })]);
}

function rejectAt(path: string, message: string, place: Place): GateError {
  return new GateError([found(invalidYaml, { message: `${path} is not valid YAML: ${message}.`, place })]);
}

/** Without parsing the text. */
function placeInText(path: string, text: string, offset: number): Place {
  const before = text.slice(0, offset).split('\n');
  return { path, line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}

function refuseFaults(located: LocatedDocument, path: string): void {
  const faults = findYamlFaults(located.document);
  if (faults.length === 0) return;
  throw new GateError(
    faults.map(({ message, offset }) =>
      found(invalidYaml, {
        message: `${path} is not valid YAML: ${message}.`,
        place: placeAt(
          path,
          () => located,
          () => offset,
        ),
      }),
    ),
  );
}

/** A place whose line is looked up when it is read: of the many that a gate notes in passing, few ever are. */
function placeAt(
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

function offsetOf(wanted: Path, { document }: LocatedDocument): number {
  for (let depth = wanted.length; depth > 0; depth--) {
    const node = document.getIn(wanted.slice(0, depth), true);
    if (isNode(node) && node.range) return node.range[0];
  }
  return 0;
}

function offsetOfKey(wanted: Path, located: LocatedDocument): number {
  const { document } = located;
  const parent = wanted.length > 1 ? document.getIn(wanted.slice(0, -1), true) : document.contents;
  const key = wanted.at(-1);
  const pair = isMap(parent) ? pairsOf(parent).get(String(key)) : undefined;
  return pair && isNode(pair.key) && pair.key.range ? pair.key.range[0] : offsetOf(wanted, located);
}

const pairsByMap = new WeakMap<YAMLMap, Map<string, Pair>>();

/** By key; kept, since a map of a thousand keys is asked for each of them. */
function pairsOf(map: YAMLMap): Map<string, Pair> {
  const known = pairsByMap.get(map);
  if (known) return known;
  const pairs = new Map(map.items.filter(item => isPair(item)).map(pair => [keyOf(pair), pair]));
  pairsByMap.set(map, pairs);
  return pairs;
}

function keyOf(pair: Pair): string {
  return String(isNode(pair.key) ? pair.key.toJSON() : pair.key);
}
