import { invalidInput } from '../../config/findings.ts';
import { parseDuration } from '../../core/duration.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { parseFlag } from '../../core/flag.ts';
import { isMapping } from '../../core/is-mapping.ts';
import { suggestName } from '../../core/nearest.ts';

/** The gates that the root action can run, in their order. */
export const selectableGates = ['preflight', 'validate-env', 'push-schema', 'deploy', 'probe', 'smoke-test', 'watch'];

/** What an input of the root action may be; any other input is text that its gate judges before the deploy. */
const rules: Record<string, (name: string, value: string) => Finding[]> = {
  gates: checkGates,
  rollback: checkFlag,
  'incident-issue': checkFlag,
  'on-cancel': checkOnCancel,
  'watch-for': checkDuration,
  'allow-older': checkFlag,
  'lock-timeout': checkDuration,
  'measure-downtime': checkFlag,
  'hold-auto-deploys': checkFlag,
};

/** The inputs that decide which steps run, as the conditions of the root action compare them; empty if none was given. */
export interface ReleaseInputs {
  rollback: 'true' | 'false' | '';
  'on-cancel': 'rollback' | 'keep' | '';
}

/**
 * Checks the inputs of a release before anything is changed: one that only the rollback reads would otherwise stop it
 * once the bad version is live. Throws a GateError that names every mistake. `text`: a JSON object of texts; empty if
 * there is nothing to check.
 */
export function checkReleaseInputs(text: string): ReleaseInputs {
  if (text === '') return { rollback: '', 'on-cancel': '' };
  const given = parseInputs(text);
  const findings = Object.entries(rules).flatMap(([name, check]) => check(name, given[name] ?? ''));
  if (findings.length > 0) throw new GateError(findings);
  const isOff = parseFlag(given.rollback ?? '') === false;
  const isKept = isOff || given['on-cancel']?.trim() === 'keep';
  return { rollback: isOff ? 'false' : 'true', 'on-cancel': isKept ? 'keep' : 'rollback' };
}

function parseInputs(text: string): Record<string, string> {
  const value: unknown = parseJson(text);
  if (!isMapping(value)) {
    throw new GateError([reject('inputs', 'is not a JSON object.', 'Pass `${{ toJSON(inputs) }}`.')]);
  }
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, String(one ?? '')]));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function checkGates(name: string, value: string): Finding[] {
  const gates = value.split(/[,\s]+/).filter(gate => gate !== '');
  if (gates.length === 0) return [reject(name, 'names no gate.', `Name some of: ${selectableGates.join(', ')}.`)];
  return gates
    .filter(gate => !selectableGates.includes(gate))
    .map(gate => reject(name, `names "${gate}", which is not a gate.`, suggestName(gate, selectableGates)));
}

function checkFlag(name: string, value: string): Finding[] {
  if (value.trim() === '' || parseFlag(value) !== undefined) return [];
  return [reject(name, `is "${value}".`, 'Set it to true or false.')];
}

/** What the rollback does after a cancellation; the first is the default. */
const cancelChoices = ['rollback', 'keep'];

function checkOnCancel(name: string, value: string): Finding[] {
  if (value.trim() === '' || cancelChoices.includes(value.trim())) return [];
  return [reject(name, `is "${value}".`, `Set it to ${cancelChoices.join(' or ')}.`)];
}

function checkDuration(name: string, value: string): Finding[] {
  if (value.trim() === '' || parseDuration(value) !== undefined) return [];
  return [reject(name, `is "${value}".`, 'Set it to a duration with its unit, such as 30s, 5m or 1h.')];
}

function reject(name: string, what: string, help: string): Finding {
  return found(invalidInput, { message: `The input \`${name}\` ${what}`, help });
}
