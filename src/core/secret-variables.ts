import type { Variables } from './context.ts';
import { judgeName } from './secret-names.ts';
import {
  describeSecret,
  isAddressWithoutCredentials,
  isPlain,
  isPrivateToken,
  isRandom,
  isSetting,
} from './secret-shapes.ts';

/**
 * What the runner sets for every step (docs: GitHub Actions, variables reference). Such values are in every record, so
 * hiding them would make records unreadable. The runner's tokens have names that say so.
 */
const ofRunner = /^(?:GITHUB|RUNNER|ACTIONS)_/;

/** Whether a variable holds a secret, by its name or by what its value looks like. */
export function looksLikeSecret(name: string, value: string): boolean {
  const says = judgeName(name);
  if (says === 'secret' && !isSetting(value)) return true;
  if (ofRunner.test(name)) return false;
  if (describeSecret(value) !== undefined || isPrivateToken(value) || isRandom(value)) return true;
  if (says === 'store') return !isAddressWithoutCredentials(value);
  return says === 'telltale' && !isPlain(value);
}

/**
 * The same for a variable that the configuration uses, which is more likely to be a secret: it may only be shown if its
 * value is made of plain words and numbers.
 */
export function mustBeHidden(name: string, value: string): boolean {
  return looksLikeSecret(name, value) || !(ofRunner.test(name) || isPlain(value));
}

/** The values among the variables that must never be shown. */
export function listSecretValues(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value]) => (value && looksLikeSecret(name, value) ? [value] : []));
}
