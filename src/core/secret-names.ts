/** What the name of a variable says about its value. `secret-shapes.ts` has what the value itself says. */

/** The value is a secret, whatever it looks like. */
const secretNames =
  /SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PRIVATE|CREDENTIAL|API_?KEY|MNEMONIC|WEBHOOK|(?:^|[_-])(?:KEYS?|PASS|PWD|PW|PEPPER|SALT|SEED|HOOK|DSN|PAT|PIN|OTP|JWT|AUTHORIZATION)(?:_\d+)?$/i;

/** The value is a secret unless it is made of plain words: `SESSION_COOKIE`, `STRIPE_KEY_LIVE`, `BASIC_AUTH`. */
const telltaleNames =
  /(?:^|[_-])(?:AUTH|AUTHORIZATION|COOKIES?|SESSIONS?|SIGNATURE|SIGNING|CIPHER|ENCRYPTION|JWT|KEYS?|PASS|DSN|PAT|OTP)(?:[_-]|$)/i;

/** The value is the address of a store, which often has a password. */
const storeNames = /(?:DATABASE|DB|DIRECT|POSTGRES|REDIS|MONGO(?:DB)?|MYSQL|AMQP)_UR[IL]$/i;

/** A name that ends like this is about a secret: `TOKEN_TTL`, `SESSION_COOKIE_NAME`, `AUTH_URL`. */
const settings =
  /[_-](?:NAME|TYPE|FORMAT|ALG|ALGORITHM|URL|URI|HOST|PORT|PATH|FILE|DIR|TTL|EXPIRES?(?:_IN|_AT)?|EXPIRY|EXPIRATION|LIFETIME|DURATION|MAX_AGE|TIMEOUT|LENGTH|SIZE|ROUNDS|COUNT|LIMITS?|ISSUER|AUDIENCE|DOMAIN|SOCK|ENABLED|DISABLED|REQUIRED|POLICY|HEADER|REGION|VERSION|PREFIX|MODE|STORE|ID|USER|USERNAME|EMAIL|PROVIDER|STRATEGY|METHOD|SCHEME|REALM)$/i;

const publicKeys = /(?:PUBLIC|PUBLISHABLE|SITE|ANON)_?KEYS?(?:_PEM)?$/i;

/** Working directories of the shell. */
const directories = /^(?:OLD)?PWD$/;

/**
 * How much a name says: `secret` that the value is one, `telltale` that it is one unless its value is plain words,
 * `store` that it is the address of a store, which may have a password; `nothing` if the value alone decides.
 */
export function judgeName(name: string): 'secret' | 'telltale' | 'store' | 'nothing' {
  if (storeNames.test(name)) return 'store';
  if (/HOOK_URL$/i.test(name)) return 'secret';
  if (settings.test(name) || publicKeys.test(name) || directories.test(name)) return 'nothing';
  if (secretNames.test(name)) return 'secret';
  return telltaleNames.test(name) ? 'telltale' : 'nothing';
}

/** Whether a name leaves no doubt: some tokens and keys are made for browsers, but passwords never are. */
export function isServerSecretName(name: string): boolean {
  return (
    /(?:^|_)(?:SECRET|SECRET_KEY|PASSWORD|PASSWD|PASSPHRASE|PRIVATE_KEY|SERVICE_ROLE|SERVICE_ROLE_KEY|MNEMONIC)$/i.test(
      name,
    ) && !/(?:^|_)(?:ENABLE|DISABLE|SHOW|HIDE|USE|ALLOW|REQUIRE|FORGOT|RESET|HAS|IS)_/i.test(name)
  );
}
