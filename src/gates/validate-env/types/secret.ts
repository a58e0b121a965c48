import type { VariableOf } from '../../../config/schema/variables.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import type { Rule } from '../rules/rule.ts';
import { invalid } from './invalid.ts';

export const placeholder: FindingKind = {
  code: 'env/placeholder',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A secret has a value that everyone can guess.',
  cause: 'The line of an example file was copied and never filled in.',
  remedy: 'Generate a value, for example with `openssl rand -base64 48`.',
};

export const strayCharacters: FindingKind = {
  code: 'env/stray-characters',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A secret begins or ends with white space or quotes, which become part of it.',
  cause: 'It was pasted together with its quotes or the end of its line.',
  remedy: 'Set it again without the quotes, spaces and line ends around it.',
};

const placeholders =
  /^<.*>$|change.?me|your[-_ ]|example|placeholder|replace[-_ ]?me|^(x+|\*+|todo|tbd|secret|password|test)$/i;

export const secret: Rule<VariableOf<'secret'>> = subject => {
  const { name, declared, value, where } = subject;
  if (/^["'\s]|["'\s]$/.test(value)) {
    return [found(strayCharacters, { seen: `${name} begins or ends with a quote or white space.`, ...where })];
  }
  if (placeholders.test(value)) return [found(placeholder, { seen: `${name} is a placeholder.`, ...where })];
  if (value.length >= declared['min-length']) return [];
  const remedy = `Generate one of ${declared['min-length']} characters or more, for example with \`openssl rand -base64 48\`.`;
  return [invalid(subject, `has ${value.length} characters`, remedy)];
};
