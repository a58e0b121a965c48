import { type Finding, found, type Place } from '../core/finding.ts';
import { suggestName } from '../core/nearest.ts';
import type { ConfigDocument, Path } from './document.ts';
import { unknownReference } from './findings.ts';
import { formatPath } from './issues.ts';
import { needsService } from './probe-location.ts';
import type { ConfigurationValues } from './schema.ts';
import { checkVariableReferences } from './variable-references.ts';

/** A name in the configuration that must be declared elsewhere in it. */
interface Reference {
  path: Path;
  name: string;
  kind: string;
  known: string[];
  place?: Place | undefined;
}

/** Reports names in one part of the configuration that no other part declares. */
export function checkReferences(config: ConfigurationValues, document: ConfigDocument): Finding[] {
  const services = Object.keys(config.services);
  const flows = Object.keys(config.smoke.flows);
  const find = ({ path, name, kind, known, place }: Reference) =>
    known.includes(name)
      ? []
      : [
          found(unknownReference, {
            message: `${formatPath(path)} names the ${kind} "${name}", which is not declared.`,
            help: suggestName(name, known),
            place: place ?? document.placeOf(path),
          }),
        ];
  const findService = (path: Path, name: string, place?: Place) =>
    find({ path, name, kind: 'service', known: services, place });

  return [
    ...Object.entries(config.services).flatMap(([service, { after }]) =>
      after.flatMap((name, index) => findService(['services', service, 'after', index], name)),
    ),
    ...Object.entries(config.schema).flatMap(([database, { after }]) =>
      after.flatMap((name, index) =>
        find({
          path: ['schema', database, 'after', index],
          name,
          kind: 'database',
          known: Object.keys(config.schema),
        }),
      ),
    ),
    ...checkVariableReferences(config, document),
    ...Object.entries(config.probe).flatMap(([service, probes]) => {
      const toAService = Object.values(probes).some(needsService);
      const path = ['probe', service];
      return toAService ? findService(path, service, document.placeOfKey(path)) : [];
    }),
    ...(config.smoke.service === undefined ? [] : findService(['smoke', 'service'], config.smoke.service)),
    ...Object.entries(config.smoke.flows).flatMap(([flow, { service, after }]) => {
      const path = ['smoke', 'flows', flow];
      return [
        ...(service === undefined ? [] : findService([...path, 'service'], service)),
        ...after.flatMap((name, index) => find({ path: [...path, 'after', index], name, kind: 'flow', known: flows })),
      ];
    }),
  ];
}
