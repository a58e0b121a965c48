import { readRules } from '../../../config/schema/matchers.ts';
import { isMapping } from '../../../core/is-mapping.ts';
import { parseJson } from '../../../core/parse-json.ts';

/**
 * A reply as people think of it: Redis lists the fields and values of a mapping one after the other (docs: Redis, HGETALL,
 * CONFIG GET and XINFO; the server answers with the protocol RESP2).
 */
export function shapeReply([command = '', subcommand = '']: string[], reply: unknown): unknown {
  const name = command.toUpperCase();
  if (name === 'HGETALL') return convertPairs(reply);
  const container = `${name} ${subcommand.toUpperCase()}`;
  if (container === 'CONFIG GET' || container === 'XINFO STREAM') return convertPairs(reply);
  const isList = container === 'XINFO GROUPS' || container === 'XINFO CONSUMERS';
  return isList && Array.isArray(reply) ? reply.map(convertPairs) : reply;
}

function convertPairs(reply: unknown): unknown {
  if (!Array.isArray(reply)) return reply;
  const pairs = Array.from({ length: Math.floor(reply.length / 2) }, (_, at) => [
    String(reply[2 * at]),
    reply[2 * at + 1],
  ]);
  return Object.fromEntries(pairs);
}

/** The value with each text that is JSON opened where a mapping or a list is expected, such as the job of a queue. */
export function openJson(value: unknown, expected: unknown): unknown {
  const rules = readRules(expected);
  if (rules) {
    const item = rules.contains ?? rules['contains-exactly'];
    return isMapping(item) && Array.isArray(value) ? value.map(own => openJson(own, item)) : value;
  }
  const isStructure = isMapping(expected) || Array.isArray(expected);
  const opened = isStructure && typeof value === 'string' ? (parseJson(value)?.value ?? value) : value;
  if (Array.isArray(expected) && Array.isArray(opened)) return opened.map((own, at) => openJson(own, expected[at]));
  if (isMapping(expected) && isMapping(opened))
    return Object.fromEntries(Object.entries(opened).map(([key, own]) => [key, openJson(own, expected[key])]));
  return opened;
}
