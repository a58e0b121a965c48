import type { Variable } from '../../../config/schema/variables.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { isServerSecretName } from '../../../core/secret-names.ts';
import type { Rule, Subject } from '../rule.ts';
import { placeholder, strayCharacters } from '../types/secret.ts';

export const unresolvedReference: FindingKind = {
  code: 'env/unresolved-reference',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A variable holds the reference to a value instead of the value.',
  cause: 'A template was copied without being filled in, or the tool that resolves it did not run.',
  help: 'Set it to the value itself.',
};

/** What is wrong with a value whatever its type; the rules of the type then have nothing to add. */
export const reportDamaged: Rule = subject => {
  const { declared, value } = subject;
  if (isDeclared(declared, value)) return [];
  const damage = describeStray(subject) ?? describeReference(subject) ?? describePlaceholder(subject);
  return damage === undefined ? [] : [damage];
};

/** Free text may hold nearly anything. */
function isText({ type }: Variable): boolean {
  return type === undefined || type === 'string';
}

function isDeclared(declared: Variable, value: string): boolean {
  const listed = 'one-of' in declared && declared['one-of']?.includes(value);
  return Boolean(listed) || (declared.equals !== undefined && String(declared.equals) === value);
}

function describeStray({ name, variable, declared, value, where }: Subject): Finding | undefined {
  const report = (problem: string, help = strayCharacters.help) =>
    found(strayCharacters, { message: `${name} ${problem}.`, help, ...where });
  if (value.startsWith(`${variable}=`) || value.startsWith(`export ${variable}=`))
    return report('begins with its own name and `=`', `Remove \`${variable}=\` from the value.`);
  if (declared.type === 'pem' || declared.type === 'json') return undefined; // files, which end in a new line
  const isAddress = /url$|^origins$/.test(declared.type ?? '');
  if (/^[\r\n]|[\r\n]$/.test(value) || (isAddress && /[\r\n]/.test(value)))
    return report('has a line end in it', 'Set it again without the line end.');
  if (/^[\u200b-\u200d\u2060\ufeff]|[\u200b-\u200d\u2060\ufeff]$/.test(value))
    return report('begins or ends with an invisible character', 'Type the value instead of pasting it.');
  if (/^(["'`]).*\1$|^[“”„‘’«].*[“”‘’»]$/s.test(value))
    return report('has quotes around it, which become part of the value');
  return isText(declared) || !/^\s|\s$/.test(value) ? undefined : report('begins or ends with white space');
}

const references = [
  /^\$\{[A-Za-z_]\w*\}$/, // the shell, Docker Compose
  /^\$[A-Z][A-Z0-9_]{2,}$/,
  /\$\{\{[^}]*\}\}/, // GitHub Actions, Railway
  /^\{\{[^}]*\}\}$/, // Helm, Jinja
  /^op:\/\//, // 1Password
  /^(?:undefined|null|NaN|\[object Object\]|<no value>)$/,
];
const referencesInAddress = /:\/\/[^\s]*(?:\$\{\w+\}|\{\{[^}]*\}\})/;

function describeReference({ name, declared, value, where }: Subject): Finding | undefined {
  const isReference =
    references.some(form => form.test(value)) || (!isText(declared) && referencesInAddress.test(value));
  if (!isReference) return undefined;
  return found(unresolvedReference, { message: `${name} holds a reference that nothing resolved.`, ...where });
}

const fillIn =
  /(?:^|[^a-z])your[-_ ]?(?:own|project|password|key|secret|token|api|domain|host|user|database|db|org|account|bucket|app)|change[-_]?me\b|replace[-_]?me\b|^<[^>]*>$/i;

function describePlaceholder({ name, variable, declared, value, examples, where }: Subject): Finding | undefined {
  const report = (problem: string) => found(placeholder, { message: `${name} ${problem}.`, ...where });
  if (!isText(declared) && declared.type !== 'cron' && /[*•]{3,}/.test(value))
    return report('is a masked copy, as dashboards and logs show it');
  if (/^(?:bearer|basic) \S/i.test(value) && /^(?:secret|jwt|base64|supabase-key)$/.test(declared.type ?? ''))
    return found(strayCharacters, {
      message: `${name} begins with the scheme of a header.`,
      help: 'Remove the word before the credential.',
      ...where,
    });
  if (fillIn.test(value) && (!isText(declared) || /^\S+$/.test(value))) return report('is a placeholder');
  const isSecret = declared.type === 'base64' || (isText(declared) && isServerSecretName(variable));
  if (declared.type === 'base64' && /^A{8,}=*$/.test(value)) return report('holds zero bytes');
  return isSecret && !('public' in declared && declared.public) && examples.has(value)
    ? report('has the value of an example file in the repository')
    : undefined;
}
