import { type Check, type CheckResult, collectValues, concludeFrom } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { pluralize } from '../../../core/plural.ts';
import { runChecks } from '../../../core/run-checks.ts';
import type { Contract, ContractService } from '../contract.ts';
import { readIfPresent } from '../files/repository-file.ts';
import { hasRules } from '../options.ts';
import { createView, type ServiceView } from '../service.ts';
import { createDotenvSource } from './files.ts';
import { createGitHubSource } from './github.ts';
import { createPlatformSource } from './platform.ts';
import type { Readings } from './readings.ts';
import type { Source } from './source.ts';

/** Reads all sources at the same time. A source that cannot be read is an `error`; the others are still used. */
export async function readSources(
  contract: Contract,
  context: GateContext,
): Promise<{ views: ServiceView[]; results: CheckResult[] }> {
  const read = await Promise.all(
    contract.services.map(async service => {
      const sources = contract.scope.values ? listSources(service, contract, context) : [];
      const results = await runChecks(sources.map(checkSource), context);
      const unread = results.filter(({ value }) => value === undefined).map(({ name }) => name);
      const view = createView(service, { readings: collectValues(results), unread }, contract.step);
      return { view, results: results.map(dropValue) };
    }),
  );
  return { views: read.map(({ view }) => view), results: read.flatMap(({ results }) => results) };
}

/** Readings hold secrets, so they never become part of a report. */
function dropValue({ value: _, ...result }: CheckResult): CheckResult {
  return result;
}

function checkSource({ name, boundary, read }: Source): Check<Readings> {
  return {
    name,
    boundary,
    run: async signal => {
      const { readings, findings } = await read(signal);
      return { ...concludeFrom(findings, pluralize(readings.names.length, 'variable')), value: readings };
    },
  };
}

function listSources(
  { service, configured, declarations, target }: ContractService,
  { scope, step, environment, readEnvironment }: Contract,
  context: GateContext,
): Source[] {
  const isRead = (kind: Readings['kind']) => scope.kinds === undefined || scope.kinds.some(known => known === kind);
  const { platform, github, files } = configured;
  const judged = declarations.filter(({ declared }) => !declared['presence-only'] && hasRules(declared));
  const wanted = new Set(judged.map(({ variable }) => variable));
  return [
    ...(platform && target && isRead('platform')
      ? [createPlatformSource({ service, target, context, step, wanted })]
      : []),
    ...(files.length > 0 && isRead('files')
      ? [
          createDotenvSource({
            service,
            paths: files,
            workspace: context.workspace,
            step,
            expands: () => expandsVariables(configured, context.workspace),
          }),
        ]
      : []),
    ...(github !== false && isRead('github')
      ? [createGitHubSource(service, github === true ? environment : github, readEnvironment, step)]
      : []),
  ];
}

/** Next.js replaces `$NAME` when it loads a dotenv file; its package.json tells that it is used. */
async function expandsVariables(
  { expand, folder }: ContractService['configured'],
  workspace: string,
): Promise<boolean> {
  if (expand !== undefined || folder === undefined) return expand ?? false;
  const file = await readIfPresent(workspace, folder, 'package.json');
  return file?.lines.some(line => /^\s*"next"\s*:/.test(line)) ?? false;
}
