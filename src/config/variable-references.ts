import { type Finding, found } from '../core/finding.ts';
import { suggestName } from '../core/nearest.ts';
import type { ConfigDocument, Path } from './document.ts';
import { unknownReference } from './findings.ts';
import { formatPath } from './issues.ts';
import type { Variable } from './schema/variables.ts';
import type { ConfigurationValues } from './schema.ts';
import { listServices } from './services-of-key.ts';

/** Reports rules of the environment contract that name an unknown variable or service. */
export function checkVariableReferences(config: ConfigurationValues, document: ConfigDocument): Finding[] {
  const entries = Object.entries(config.env);
  const services = new Set(entries.flatMap(([key]) => listServices(key)));
  const known = new Map([...services].map(service => [service, new Set<string>()]));
  for (const [key, variables] of entries) {
    const names = Object.keys(variables);
    for (const service of listServices(key)) for (const name of names) known.get(service)?.add(name);
  }
  const unknown = (path: Path, name: string, kind: string, names: Iterable<string>) =>
    found(unknownReference, {
      message: `${formatPath(path)} names the ${kind} "${name}", which is not declared.`,
      help: suggestName(name, names),
      place: document.placeOf(path),
    });

  const inContract = entries.flatMap(([key, variables]) =>
    Object.entries(variables).flatMap(([variable, declared]) => {
      const path = ['env', key, variable];
      const ofService = listNamedVariables(declared).flatMap(([rule, name]) =>
        listServices(key).flatMap(service => {
          const names = known.get(service) ?? new Set();
          return names.has(name) ? [] : [unknown([...path, rule], name, 'variable', names)];
        }),
      );
      const others = [declared['never-in'] ?? []].flat().filter(name => name !== 'others');
      const everyService = new Set([...services, ...Object.keys(config.services), ...Object.keys(config.sources)]);
      return [
        ...ofService.slice(0, 1),
        ...others
          .filter(name => !everyService.has(name))
          .map(name => unknown([...path, 'never-in'], name, 'service', everyService)),
      ];
    }),
  );
  const withoutPlatform = Object.entries(config.sources).flatMap(([service, { platform }]) => {
    const names = Object.keys(config.services);
    return platform && !names.includes(service)
      ? [unknown(['sources', service, 'platform'], service, 'service', names)]
      : [];
  });
  return [...inContract, ...withoutPlatform];
}

/** Each rule of a declaration that names other variables, with their names. */
function listNamedVariables(declared: Variable): [rule: string, name: string][] {
  const condition = declared['required-if'];
  const conditions = typeof condition === 'object' ? Object.keys(condition) : [condition];
  const named: [string, (string | undefined)[]][] = [
    ['differs-from', [declared['differs-from']].flat()],
    ['alternative-to', [declared['alternative-to']].flat()],
    ['required-if', conditions],
    ['pair-of', ['pair-of' in declared ? declared['pair-of'] : undefined]],
    ['key', ['key' in declared ? declared.key : undefined]],
    ['token', ['token' in declared ? declared.token : undefined]],
  ];
  return named.flatMap(([rule, names]) =>
    names.flatMap(name => (name === undefined ? [] : [[rule, name] as [string, string]])),
  );
}
