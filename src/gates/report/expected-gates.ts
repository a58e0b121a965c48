import type { ConfigurationValues } from '../../config/schema.ts';

/** The gates that the configuration has work for, in the order of a release. */
export function listExpectedGates(config: ConfigurationValues): string[] {
  const needs: [gate: string, isNeeded: boolean][] = [
    ['validate-env', hasKeys(config.env)],
    ['push-schema', hasKeys(config.schema)],
    ['deploy', hasKeys(config.services)],
    ['probe', hasKeys(config.probe)],
    ['smoke-test', hasKeys(config.smoke.flows)],
    ['watch', hasKeys(config.watch)],
  ];
  return needs.flatMap(([gate, isNeeded]) => (isNeeded ? [gate] : []));
}

function hasKeys(section: object): boolean {
  return Object.keys(section).length > 0;
}
