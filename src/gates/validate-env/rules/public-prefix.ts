import type { Variable } from '../../../config/schema/variables.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { findProvider } from '../leaks/provider-keys.ts';
import type { Rule, Subject } from '../rule.ts';
import { isServerOnly } from '../secrecy.ts';
import { parseKey } from '../types/supabase-key.ts';

export const publicSecret: FindingKind = {
  code: 'env/secret-under-public-prefix',
  severity: 'error',
  boundary: 'identity',
  meaning:
    'A secret has a name with a public prefix, so build tools copy it into the files that every visitor downloads.',
  cause: 'The prefix was added to reach the browser, or the wrong one of two keys was pasted.',
  help: 'Remove it from the frontend, rotate it, and use it on a server only.',
};

/** Vite, Next.js, SvelteKit and Astro, Expo, Create React App, Nuxt: what each copies into its client. */
const prefix = /^(NEXT_PUBLIC_|VITE_|PUBLIC_|EXPO_PUBLIC_|REACT_APP_|NUXT_PUBLIC_)/;

export const hidesSecrets: Rule = ({ variable, name, declared, value, where }) =>
  findPublicSecret({ variable, name, where }, declared, value);

export function isPublicName(variable: string): boolean {
  return prefix.test(variable);
}

/** Also for variables that the contract does not declare. */
export function findPublicSecret(
  { variable, name, where }: Pick<Subject, 'variable' | 'name'> & { where: Partial<Subject['where']> },
  declared: Variable | undefined,
  value: string,
): Finding[] {
  const [, start] = prefix.exec(variable) ?? [];
  if (start === undefined) return [];
  const why = explainSecrecy(declared, value);
  if (why === undefined) return [];
  const message = `${name} ${why}, but build tools copy variables that begin with ${start} into browser files.`;
  return [found(publicSecret, { message, ...where, boundary: 'identity' })];
}

function explainSecrecy(declared: Variable | undefined, value: string): string | undefined {
  const provider = findProvider(value);
  if (provider !== undefined) return `holds a secret key of ${provider}`;
  if (/^[a-z][a-z0-9+.-]*:\/\/[^/?#\s]*:[^/?#\s]+@/i.test(value)) return 'holds an address with a password';
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value)) return 'holds a private key';
  if (!isServerOnly(declared, value)) return undefined;
  return parseKey(value)?.role === 'secret' ? 'holds a Supabase key for servers' : 'holds a secret';
}
