import { type Finding, found } from '../core/finding.ts';
import { suggestName } from '../core/nearest.ts';
import type { ConfigDocument, Path } from './document.ts';
import { unknownReference } from './findings.ts';
import { formatPath } from './issues.ts';
import { needsService } from './probe-location.ts';
import type { ConfigurationValues } from './schema.ts';
import { checkVariableReferences } from './variable-references.ts';

/** Reports names in one part of the configuration that no other part declares. */
export function checkReferences(config: ConfigurationValues, document: ConfigDocument): Finding[] {
  const services = Object.keys(config.services);
  const unknown = (path: Path, name: string, kind: string, known: string[], place = document.placeOf(path)) =>
    known.includes(name)
      ? []
      : [
          found(unknownReference, {
            message: `${formatPath(path)} names the ${kind} "${name}", which is not declared.`,
            help: suggestName(name, known),
            place,
          }),
        ];

  return [
    ...Object.entries(config.services).flatMap(([service, { after }]) =>
      after.flatMap((name, index) => unknown(['services', service, 'after', index], name, 'service', services)),
    ),
    ...Object.entries(config.schema).flatMap(([database, { after }]) =>
      after.flatMap((name, index) =>
        unknown(['schema', database, 'after', index], name, 'database', Object.keys(config.schema)),
      ),
    ),
    ...checkVariableReferences(config, document),
    ...Object.entries(config.probe).flatMap(([service, probes]) => {
      const toAService = Object.values(probes).some(needsService);
      const path = ['probe', service];
      return toAService ? unknown(path, service, 'service', services, document.placeOfKey(path)) : [];
    }),
    ...(config.smoke.service === undefined
      ? []
      : unknown(['smoke', 'service'], config.smoke.service, 'service', services)),
    ...Object.entries(config.smoke.flows).flatMap(([flow, { service, after }]) => {
      const path = ['smoke', 'flows', flow];
      const flows = Object.keys(config.smoke.flows);
      return [
        ...(service === undefined ? [] : unknown([...path, 'service'], service, 'service', services)),
        ...after.flatMap((name, index) => unknown([...path, 'after', index], name, 'flow', flows)),
      ];
    }),
  ];
}
