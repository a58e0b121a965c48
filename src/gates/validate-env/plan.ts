import type { Check } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { codeCheck } from './code/check.ts';
import type { Contract } from './contract.ts';
import { dbPushCheck } from './files/db-push.ts';
import { portsCheck } from './files/ports.ts';
import { clientFilesCheck, type Secret } from './leaks/client-files.ts';
import { liveCheck } from './live/check.ts';
import { forbiddenCheck } from './rules/forbidden.ts';
import { isPublicName } from './rules/public-prefix.ts';
import { supabaseProjectCheck } from './rules/supabase-project.ts';
import { isPublic, isSecret } from './secrecy.ts';
import type { ServiceView } from './service.ts';
import { undeclaredCheck } from './undeclared.ts';
import { locate } from './variable.ts';

/** Checks of a service beyond its single variables. */
export function serviceChecks(view: ServiceView, { forbidden }: Contract): Check[] {
  const { service, declarations, variables } = view;
  const own = view.all.filter(source => source.names.length > 0);
  return [
    ...[supabaseProjectCheck(service, declarations, variables) ?? []].flat(),
    ...own.map(source => undeclaredCheck(view, source)),
    ...forbidden.filter(entry => entry.service === service && own.length > 0).map(entry => forbiddenCheck(entry, own)),
  ];
}

/** What the checkout alone can tell, with or without values. */
export function repositoryChecks(views: ServiceView[], contract: Contract, { workspace }: GateContext): Check[] {
  const secrets = secretsOf(views);
  return views.flatMap(({ service, configured, declarations, variables }) => {
    const { code, client, folder, ignore } = configured;
    const forbidden = new Set(
      contract.forbidden.filter(entry => entry.service === service).map(({ variable }) => variable),
    );
    const port = variables.PORT ?? declaredPort(declarations);
    return [
      ...(code.length > 0
        ? [codeCheck({ service, workspace, paths: code, declarations, ignore: new Set(ignore), forbidden })]
        : []),
      ...(client.length > 0 ? [clientFilesCheck(service, workspace, client, secrets)] : []),
      ...(folder === undefined
        ? []
        : [portsCheck(service, workspace, folder, port), dbPushCheck(service, workspace, folder)]),
    ];
  });
}

/**
 * Everything is tried that has a value and asks for it; a value that cannot be tried is told by the rule of its type.
 */
export function liveChecks(views: ServiceView[], context: GateContext): Check[] {
  return views.flatMap(({ declarations, variables }) =>
    declarations.flatMap(declaration => {
      const { name, variable, declared } = declaration;
      const value = variables[variable];
      if (!value?.trim()) return [];
      return liveCheck({ name, declared, value, variables, where: locate(declaration), context }) ?? [];
    }),
  );
}

/** The secrets of all services: a browser must have none of them, whosever they are. */
function secretsOf(views: ServiceView[]): Secret[] {
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

function declaredPort(declarations: ServiceView['declarations']): string | undefined {
  const declared = declarations.find(({ variable }) => variable === 'PORT')?.declared;
  const port = declared?.equals ?? declared?.default;
  return port === undefined ? undefined : String(port);
}
