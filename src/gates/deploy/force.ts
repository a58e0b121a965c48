import { invalidInput } from '../../config/findings.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';

/** The services to release again: all for `true`, otherwise the named ones. Throws a GateError for an unknown name. */
export function parseForce(text: string, services: { name: string }[]): string[] {
  const known = services.map(({ name }) => name);
  const named = text
    .split(/[,\n]/)
    .map(item => item.trim())
    .filter(item => item !== '');
  if (/^true$/i.test(text.trim())) return known;
  if (/^false$/i.test(text.trim())) return [];
  const unknown = named.filter(name => !known.includes(name));
  if (unknown.length === 0) return named;
  throw new GateError(
    unknown.map(name => {
      const message = `The input \`force\` names "${name}", which is not one of the services.`;
      return found(invalidInput, { message, help: suggestName(name, ['true', 'false', ...known]) });
    }),
  );
}
