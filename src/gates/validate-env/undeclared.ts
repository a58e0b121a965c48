import { type Check, concludeFrom } from '../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { isGiven } from './code/known-names.ts';
import { findPublicSecret } from './rules/public-prefix.ts';
import type { ServiceView } from './service.ts';
import type { Readings } from './sources/readings.ts';

export const undeclaredThere: FindingKind = {
  code: 'env/undeclared-at-source',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'A source has variables that the contract does not declare.',
  cause: 'The variables are left over, or the contract is incomplete.',
  help: 'Remove them there, declare them, or list them under `sources.<service>.ignore`.',
};

/** How many names a sentence lists. */
const mostNames = 20;

/** Reports variables of a source that the contract lacks, and secrets among them with a public prefix. */
export function checkUndeclared(view: ServiceView, source: Readings): Check {
  return {
    name: `${view.service}: undeclared ${source.at.place}`,
    boundary: 'delivery',
    run: () => {
      const declared = new Set(view.declarations.map(({ variable }) => variable));
      const undeclared = source.names.filter(name => !declared.has(name) && !isGiven(name));
      const names = undeclared.filter(name => !view.configured.ignore.includes(name));
      const leaks = undeclared.flatMap(variable => {
        const reading = source.get(variable);
        if (reading?.state !== 'set') return [];
        const name = `${view.service}.${variable}${source.at.suffix}`;
        const where = reading.place ? { place: reading.place } : {};
        return findPublicSecret({ variable, name, where }, undefined, reading.value);
      });
      return concludeFrom(
        [...leaks, ...reportUndeclared(names, view, source)],
        names.length === 0 ? 'none' : `${names.length}`,
      );
    },
  };
}

function reportUndeclared(names: string[], { service }: ServiceView, { at }: Readings): Finding[] {
  if (names.length === 0) return [];
  const shown = names.slice(0, mostNames).join(', ');
  const more = names.length > mostNames ? ` and ${names.length - mostNames} more` : '';
  const message = `${service} has ${shown}${more} ${at.place}, but the contract does not declare ${names.length === 1 ? 'it' : 'them'}.`;
  return [found(undeclaredThere, { message, help: undeclaredThere.help.replace('<service>', service) })];
}
