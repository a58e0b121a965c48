import type { VariableOf } from '../../../config/schema/variables.ts';
import { measureEntropy } from '../../../core/entropy.ts';
import { type FindingKind, found } from '../../../core/finding.ts';
import { leastEntropy } from '../../../core/secret-shapes.ts';
import { attemptRequest } from '../live/attempt-request.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

export const placeholder: FindingKind = {
  code: 'env/placeholder',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A secret has a value that anyone can guess.',
  cause: 'A line of an example file was copied but never filled in.',
  help: 'Generate a value, for example with `openssl rand -base64 48`.',
};

export const strayCharacters: FindingKind = {
  code: 'env/stray-characters',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A secret begins or ends with white space or quotes, which become part of it.',
  cause: 'The value was pasted with its quotes or the end of its line.',
  help: 'Set it again without the quotes, spaces and line ends around it.',
};

export const lowEntropy: FindingKind = {
  code: 'env/low-entropy',
  severity: 'error',
  boundary: 'identity',
  meaning: 'A secret is long enough but easy to guess: it repeats itself, or was typed by hand.',
  cause: 'A key held down, a row of the keyboard, or a word written several times to reach the length.',
  help: 'Generate a value, for example with `openssl rand -base64 48`.',
};

/** What placeholders hold somewhere, in lower case and without `-`, `_` and white space. */
const wordsOfPlaceholders = [
  'changeme changeit example placeholder replaceme replacewith supersecret mysecret notsosecret insertyour inserthere',
  'yoursecret yourkey yourtoken yourpassword yourapikey yourjwt yourown yourdatabase yoursuper yourprivate yourrandom',
].flatMap(line => line.split(' '));
/** What placeholders are. */
const placeholders = /^(?:<.*>|x+|\*+|todo|tbd|secret|password|test|dummy|none|null|undefined|n\/a|your[-_ ].*)$/i;

function isPlaceholder(value: string): boolean {
  const plain = value.toLowerCase().replace(/[-_\s]+/g, '');
  return placeholders.test(value) || wordsOfPlaceholders.some(word => plain.includes(word));
}

export const secret: EnvironmentType<VariableOf<'secret'>> = {
  boundary: 'identity',
  rule: subject => {
    const { name, declared, value, where, examples } = subject;
    if (/^["'\s]|["'\s]$/.test(value)) {
      return [found(strayCharacters, { message: `${name} begins or ends with a quote or white space.`, ...where })];
    }
    if (isPlaceholder(value)) return [found(placeholder, { message: `${name} is a placeholder.`, ...where })];
    if (examples.has(value)) {
      return [found(placeholder, { message: `${name} has the value of an example file in the repository.`, ...where })];
    }
    const prefixes = [declared.prefix ?? []].flat();
    if (prefixes.length > 0 && !prefixes.some(prefix => value.startsWith(prefix))) {
      const list = prefixes.join(' or ');
      return [reportInvalid(subject, `does not begin with ${list}`, `Set it to the key that begins with ${list}.`)];
    }
    const least = declared['min-length'];
    if (value.length < least) {
      const help = `Generate one of ${least} characters or more, for example with \`openssl rand -base64 48\`.`;
      return [reportInvalid(subject, `has ${value.length} characters`, help)];
    }
    // A short secret that the contract allows is measured by what it could have.
    if (measureEntropy(value) >= Math.min(leastEntropy, least * 2)) return [];
    return [found(lowEntropy, { message: `${name} is long enough but not random enough for a secret.`, ...where })];
  },
  isSecret: () => true,
  attempt: attemptRequest,
  guess: { rank: 2, names: [[/SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|_KEY$|CREDENTIAL/, '{ type: secret }']] },
};
