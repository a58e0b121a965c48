import type { GateContext } from '../../core/context.ts';
import { isSecret } from './secrecy.ts';
import type { ServiceView } from './service.ts';

/** From now on no secret of any source is shown, declared or not. */
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
