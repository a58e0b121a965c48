import type { Variable } from '../../../config/schema/variables.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { isServerSecretName } from '../../../core/secret-names.ts';
import { describeSecret, isSetting } from '../../../core/secret-shapes.ts';
import type { Rule, Subject } from '../rule.ts';
import { isPublic, isServerOnly } from '../secrecy.ts';

export const publicSecret: FindingKind = {
  code: 'env/secret-under-public-prefix',
  severity: 'error',
  boundary: 'identity',
  meaning:
    'A secret has a name with a public prefix, so build tools copy it into the files that every visitor downloads.',
  cause: 'The prefix was added to reach the browser, or the wrong one of two keys was pasted.',
  help: 'Remove it from the frontend, rotate it, and use it on a server only.',
};

/** What build tools copy into browser files (as known; compare with the documentation of each). */
const prefixes = [
  'NEXT_PUBLIC_', // Next.js
  'VITE_', // Vite
  'PUBLIC_', // SvelteKit, Astro, Rsbuild
  'EXPO_PUBLIC_', // Expo
  'NUXT_PUBLIC_', // Nuxt
  'REACT_APP_', // Create React App
  'GATSBY_', // Gatsby
  'VUE_APP_', // Vue CLI
  'STORYBOOK_', // Storybook
  'NG_APP_', // @ngx-env/builder
  'BUN_PUBLIC_', // Bun
  'PLASMO_PUBLIC_', // Plasmo
  'WXT_', // WXT
  'SANITY_STUDIO_', // Sanity Studio
  'PREACT_APP_', // Preact CLI
  'RAZZLE_', // Razzle
  'MIX_', // Laravel Mix
];
const prefix = new RegExp(`^(${prefixes.join('|')})`);

export const hidesSecrets: Rule = ({ variable, name, declared, value, where }) =>
  findPublicSecret({ variable, name, where }, declared, value);

export function isPublicName(variable: string): boolean {
  return prefix.test(variable);
}

type Named = Pick<Subject, 'variable' | 'name'> & { where: Partial<Subject['where']> };

/** Also for variables that the contract does not declare. */
export function findPublicSecret(named: Named, declared: Variable | undefined, value: string): Finding[] {
  if (!isPublicName(named.variable)) return [];
  const shape = describeSecret(value);
  if (shape !== undefined) return [reportPublicSecret(named, `holds ${shape}`)];
  if (declared && isPublic(declared)) return [];
  if (isServerOnly(declared, value)) return [reportPublicSecret(named, 'holds a secret')];
  return isSetting(value) ? [] : findPublicSecretName(named);
}

/** Judges a variable by its name alone, for one that only code reads. */
export function findPublicSecretName(named: Named): Finding[] {
  const { variable } = named;
  if (!isPublicName(variable) || !isServerSecretName(variable)) return [];
  return [reportPublicSecret(named, 'has the name of a secret')];
}

function reportPublicSecret({ variable, name, where }: Named, why: string): Finding {
  const [start] = prefix.exec(variable) ?? [''];
  const message = `${name} ${why}, but build tools copy variables that begin with ${start} into browser files.`;
  return found(publicSecret, { message, ...where, boundary: 'identity' });
}
