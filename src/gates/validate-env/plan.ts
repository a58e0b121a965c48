import type { Check } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { checkCode } from './code/check.ts';
import type { Contract } from './contract.ts';
import { checkDbPush } from './files/db-push.ts';
import { checkPorts } from './files/ports.ts';
import { checkClientFiles, type Secret } from './leaks/client-files.ts';
import { checkLive } from './live/check.ts';
import { checkForbidden } from './rules/forbidden.ts';
import { isPublicName } from './rules/public-prefix.ts';
import { checkSupabaseProject } from './rules/supabase-project.ts';
import { isPublic, isSecret } from './secrecy.ts';
import type { ServiceView } from './service.ts';
import { checkUndeclared } from './undeclared.ts';
import { locate } from './variable.ts';

/** Checks of a service beyond its single variables. */
export function planServiceChecks(view: ServiceView, { forbidden }: Contract): Check[] {
  const { service, declarations, variables } = view;
  const own = view.all.filter(source => source.names.length > 0);
  return [
    ...[checkSupabaseProject(service, declarations, variables) ?? []].flat(),
    ...own.map(source => checkUndeclared(view, source)),
    ...forbidden.filter(entry => entry.service === service && own.length > 0).map(entry => checkForbidden(entry, own)),
  ];
}

/** Checks that need only the checkout; values make them sharper. */
export function planRepositoryChecks(views: ServiceView[], contract: Contract, { workspace }: GateContext): Check[] {
  const secrets = collectSecrets(views);
  return views.flatMap(view => {
    const { service, configured, declarations, variables } = view;
    const isJudged = (variable: string) => contract.scope.values && hasValue(view, variable);
    const { code, client, folder, ignore } = configured;
    const forbidden = new Set(
      contract.forbidden.filter(entry => entry.service === service).map(({ variable }) => variable),
    );
    const port = variables.PORT ?? findDeclaredPort(declarations);
    return [
      ...(code.length > 0
        ? [checkCode({ service, workspace, paths: code, declarations, ignore: new Set(ignore), forbidden, isJudged })]
        : []),
      ...(client.length > 0 ? [checkClientFiles(service, workspace, client, secrets)] : []),
      ...(folder === undefined
        ? []
        : [checkPorts(service, workspace, folder, port), checkDbPush(service, workspace, folder)]),
    ];
  });
}

/** Whether a rule sees a value of the variable: a source lists it, or the contract declares it. */
function hasValue({ declarations, all }: ServiceView, variable: string): boolean {
  const having = all.filter(source => source.get(variable)?.state === 'set');
  return (
    having.some(({ names }) => names.includes(variable)) ||
    (having.length > 0 && declarations.some(declaration => declaration.variable === variable))
  );
}

/**
 * One check for each value whose declaration asks for `live`. The rule of its type reports a malformed value.
 */
export function planLiveChecks(
  views: ServiceView[],
  { liveHosts, step: passed }: Contract,
  context: GateContext,
): Check[] {
  return views.flatMap(({ declarations, variables }) =>
    declarations.flatMap(declaration => {
      const { name, variable, declared } = declaration;
      const value = variables[variable];
      if (!value?.trim()) return [];
      return (
        checkLive({ name, declared, value, variables, where: locate(declaration), passed, liveHosts, context }) ?? []
      );
    }),
  );
}

/** The secrets of all services: browsers must have none of them. */
function collectSecrets(views: ServiceView[]): Secret[] {
  const secrets = new Map<string, string>();
  for (const { declarations, variables } of views) {
    for (const { name, variable, declared } of declarations) {
      const value = variables[variable];
      if (!value || isPublic(declared) || isPublicName(variable) || !isSecret(variable, declared, value)) continue;
      if (!secrets.has(value)) secrets.set(value, name);
    }
  }
  return [...secrets].map(([value, name]) => ({ name, value }));
}

function findDeclaredPort(declarations: ServiceView['declarations']): string | undefined {
  const declared = declarations.find(({ variable }) => variable === 'PORT')?.declared;
  const port = declared?.equals ?? declared?.default;
  return port === undefined ? undefined : String(port);
}
