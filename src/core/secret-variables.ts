import type { Variables } from './context.ts';
import { describeSecret } from './secret-shapes.ts';

/**
 * What the runner sets for every step (docs: GitHub Actions, variables reference). Such values are in every record, so
 * hiding them would make records unreadable. The runner's tokens have names that say so.
 */
const ofRunner = /^(?:GITHUB|RUNNER|ACTIONS)_/;

const telling =
  /TOKEN|SECRET|PASSWORD|PASSWD|PASSPHRASE|CREDENTIAL|PRIVATE|COOKIE|SESSION|SIGNATURE|WEBHOOK|(?:^|[_-])(?:PASS|PWD|PW|API_?KEY|KEYS?|AUTH|AUTHORIZATION|JWT|SALT|DSN|PIN|OTP|PAT)(?:[_-]|$)/i;

/** A name that ends like this is about a secret: `SESSION_COOKIE_NAME`, `TOKEN_TTL`, `AUTH_URL`. Its value decides. */
const describing =
  /[_-](?:NAME|TYPE|FORMAT|ALG|ALGORITHM|URL|URI|HOST|PORT|PATH|FILE|DIR|TTL|TIMEOUT|EXPIRY|LENGTH|ISSUER|AUDIENCE|DOMAIN|SOCK|ENABLED|REGION|VERSION|PREFIX|MODE|STORE)$/i;

/** A JSON Web Token, a private key, or a token with the prefix of its vendor, however short the rest is. */
const shapes = [
  /^eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*$/,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /^(?:gh[pousr]_|github_pat_|glpat-|sntry[su]_|fm1r_|fm1a_|fm2_|fo1_|rnd_|sbp_|sb_secret_|[sr]k_(?:live|test)_|whsec_|xox[abprs]-|npm_|dop_v1_|AKIA)/,
];

/** Words and numbers, as in names of apps, hosts, regions, versions and paths. */
const plainPart = /^(?:[a-z]{1,20}\d{0,4}|v?\d{1,10})$/i;
const shortestRandom = 24;

/** Whether a variable of the step must never be shown, by its name or by what its value looks like. */
export function looksSecret(name: string, value: string): boolean {
  if (telling.test(name) && !describing.test(name)) return true;
  if (ofRunner.test(name)) return false;
  return describeSecret(value) !== undefined || shapes.some(shape => shape.test(value)) || isRandom(value);
}

/**
 * The same for a variable that the configuration uses, which is more likely to be a secret: it may only be shown if its
 * value is made of plain words and numbers.
 */
export function mustBeHidden(name: string, value: string): boolean {
  return looksSecret(name, value) || !(ofRunner.test(name) || isPlain(value));
}

/** The values among the variables that must never be shown. */
export function listSecretValues(variables: Variables): string[] {
  return Object.entries(variables).flatMap(([name, value]) => (value && looksSecret(name, value) ? [value] : []));
}

function isRandom(value: string): boolean {
  if (value.length < shortestRandom || !/^[\w+/=-]+$/.test(value)) return false;
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && /\d/.test(value) && !isPlain(value);
}

function isPlain(value: string): boolean {
  return value
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .split(/[-_./: ]/)
    .every(part => part === '' || plainPart.test(part));
}
