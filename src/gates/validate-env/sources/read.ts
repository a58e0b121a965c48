import type { CheckResult } from '../../../core/check.ts';
import { concludeFrom } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { pluralize } from '../../../core/plural.ts';
import { runChecks } from '../../../core/run-checks.ts';
import type { Contract, ContractService } from '../contract.ts';
import { hasRules } from '../options.ts';
import { type ServiceView, serviceView } from '../service.ts';
import { dotenvSource } from './files.ts';
import { gitHubSource } from './github.ts';
import { platformSource } from './platform.ts';
import type { Readings } from './readings.ts';
import type { Source } from './source.ts';

/** Reads all sources side by side. One that cannot be read is an `error` of its own; the others are still used. */
export async function readSources(
  contract: Contract,
  context: GateContext,
): Promise<{ views: ServiceView[]; results: CheckResult[] }> {
  const sources = contract.scope.values
    ? contract.services.flatMap(service => sourcesOf(service, contract, context))
    : [];
  const read = new Map<Source, Readings>();
  const checks = sources.map(source => ({
    name: source.name,
    boundary: source.boundary,
    run: async (signal: AbortSignal) => {
      const { readings, findings } = await source.read(signal);
      read.set(source, readings);
      return concludeFrom(findings, pluralize(readings.names.length, 'variable'));
    },
  }));
  const results = await runChecks(checks, context);
  const views = contract.services.map(service => {
    const own = sources.filter(source => source.service === service.service);
    const readings = own.flatMap(source => read.get(source) ?? []);
    const unread = own.filter(source => !read.has(source)).map(({ name }) => name);
    return serviceView(service, { readings, unread }, contract.step);
  });
  return { views, results };
}

function sourcesOf(
  { service, configured, declarations, target }: ContractService,
  contract: Contract,
  context: GateContext,
): Source[] {
  const { scope, step, environment, readEnvironment } = contract;
  const wanted = (kind: Source['kind']) => scope.kinds === undefined || scope.kinds.includes(kind);
  const { platform, github, files } = configured;
  const judged = declarations.filter(({ declared }) => !declared['presence-only'] && hasRules(declared));
  const names = new Set(judged.map(({ variable }) => variable));
  return [
    ...(platform && target && wanted('platform') ? [platformSource(service, target, context, step, names)] : []),
    ...(files.length > 0 && wanted('files') ? [dotenvSource(service, files, context.workspace, step)] : []),
    ...(github !== false && wanted('github')
      ? [gitHubSource(service, github === true ? environment : github, readEnvironment, step)]
      : []),
  ];
}
