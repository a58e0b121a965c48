import { GateError } from '../core/errors.ts';
import { found } from '../core/finding.ts';
import { suggestName } from '../core/nearest.ts';
import { invalidInput } from './findings.ts';
import type { Configuration } from './load.ts';
import { listServices } from './services-of-key.ts';

/**
 * Whether the input `services` names a service. An empty input selects all. Throws a GateError for an unknown name, since
 * the gate would check nothing for it.
 */
export function isSelected(config: Configuration, wanted: string[]): (service: string) => boolean {
  const known = new Set([
    ...[config.services, config.probe, config.watch].flatMap(section => Object.keys(section)),
    ...Object.keys(config.env).flatMap(listServices),
  ]);
  const unknown = wanted.filter(name => !known.has(name));
  if (unknown.length > 0) {
    throw new GateError(
      unknown.map(name =>
        found(invalidInput, {
          message: `The input \`services\` names "${name}", which ${config.path} does not know.`,
          help: suggestName(name, known),
        }),
      ),
    );
  }
  return service => wanted.length === 0 || wanted.includes(service);
}
