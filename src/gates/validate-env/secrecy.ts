import type { Variable } from '../../config/schema/variables.ts';
import type { GateContext } from '../../core/context.ts';
import { describeSecret } from '../../core/secret-shapes.ts';
import { looksLikeSecret } from '../../core/secret-variables.ts';
import type { ServiceView } from './service.ts';
import { findType } from './types/index.ts';

/** Whether a value must never be shown: because of its type, its name, or its form. */
export function isSecret(variable: string, declared: Variable | undefined, value: string): boolean {
  if (declared && isPublic(declared)) return describeSecret(value) !== undefined;
  return isServerOnly(declared, value) || looksLikeSecret(variable, value);
}

/** Whether whoever has the value could do harm. A publishable key in a browser could not. */
export function isServerOnly(declared: Variable | undefined, value: string): boolean {
  const decided = declared && findType(declared).isSecret?.(declared, value);
  return decided ?? describeSecret(value) !== undefined;
}

/** Whether browsers may have the value, although its name is that of a secret. */
export function isPublic(declared: Variable): boolean {
  return ('public' in declared && declared.public) || (findType(declared).isPublic?.(declared) ?? false);
}

/** Hides the secrets of all sources, declared or not, from every output that follows. */
export function hideSecrets(views: ServiceView[], { redactor }: GateContext): void {
  const hidden = new Set<string>();
  for (const { declarations, all } of views) {
    const declaredAs = new Map(declarations.map(({ variable, declared }) => [variable, declared]));
    for (const source of all) {
      for (const name of new Set([...declaredAs.keys(), ...source.names])) {
        const reading = source.get(name);
        if (reading?.state !== 'set' || hidden.has(reading.value)) continue;
        if (!isSecret(name, declaredAs.get(name), reading.value)) continue;
        hidden.add(reading.value);
        redactor.add(reading.value);
      }
    }
  }
}
