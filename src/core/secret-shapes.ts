import { measureEntropy } from './entropy.ts';
import { readClaims } from './jwt-claims.ts';
import { findProvider, findProviderKeys } from './provider-keys.ts';
import { isCommonWord } from './secret-forms.ts';

/** What a value is by its form alone, to complete "holds …"; undefined where the form tells nothing. */
export function describeSecret(value: string): string | undefined {
  const provider = findProvider(value);
  if (provider !== undefined) return `a secret key of ${provider}`;
  if (privateKey.test(value)) return 'a private key';
  const role = findPrivilegedRole(value);
  if (role !== undefined) return `a token of role ${role}`;
  return hasCredentials(value) ? 'an address with a password' : undefined;
}

/** Every kind of secret that a text contains, and where the first of each starts. */
export function findSecrets(text: string): { what: string; index: number }[] {
  return [
    ...findProviderKeys(text).map(({ provider, index }) => ({ what: `a secret key of ${provider}`, index })),
    ...findFirst(text, privateKey, () => 'a private key'),
    ...findFirst(text, tokens, token => {
      const role = findPrivilegedRole(token);
      return role && `a token of role ${role}`;
    }),
    ...findFirst(text, addresses, address => (isRealAddress(address) ? 'an address with a password' : undefined)),
  ];
}

/** Whether a variable holds a secret, by its name or by the form of its value. */
export function looksLikeSecret(name: string, value: string): boolean {
  if (describeSecret(value) !== undefined) return true;
  if (isSecretName(name)) return !isSetting(value);
  return hintsAtKey(name) && isRandomWord(value);
}

/** Whether a name says that the value is a secret. A setting of a secret, such as `TOKEN_TTL`, is not one. */
export function isSecretName(name: string): boolean {
  return names.test(name) && !settings.test(name) && !publicKeys.test(name) && !/^(?:OLD)?PWD$/.test(name);
}

/** Whether a name leaves no doubt: some tokens and keys are made for browsers, but passwords never are. */
export function isServerSecretName(name: string): boolean {
  return (
    /(?:^|_)(?:SECRET|SECRET_KEY|PASSWORD|PASSWD|PASSPHRASE|PRIVATE_KEY|SERVICE_ROLE|SERVICE_ROLE_KEY|MNEMONIC)$/i.test(
      name,
    ) && !/(?:^|_)(?:ENABLE|DISABLE|SHOW|HIDE|USE|ALLOW|REQUIRE|FORGOT|RESET|HAS|IS)_/i.test(name)
  );
}

const names =
  /SECRET|TOKEN|PASSWORD|PASSWD|PASSPHRASE|PRIVATE|CREDENTIAL|API_?KEY|MNEMONIC|(?:^|_)(?:KEYS?|PASS|PWD|PEPPER|SALT|SEED|HOOK|WEBHOOK|DSN)(?:_\d+)?$|HOOK_URL$|(?:DATABASE|REDIS|MONGO(?:DB)?|AMQP|DIRECT)_UR[IL]$/i;
const settings =
  /_(?:TTL|EXPIRES?(?:_IN|_AT)?|EXPIRY|EXPIRATION|LIFETIME|DURATION|MAX_AGE|LENGTH|SIZE|ROUNDS|COUNT|LIMITS?|TIMEOUT|ENABLED|DISABLED|REQUIRED|ALG|ALGORITHM|ISSUER|AUDIENCE|POLICY|HEADER)$/i;
const publicKeys = /(?:PUBLIC|PUBLISHABLE|SITE|ANON)_?KEYS?(?:_PEM)?$/i;

/** Bits: what 12 random characters of base64 have. */
export const leastEntropy = 40;

/** Names for which the value decides. */
function hintsAtKey(name: string): boolean {
  return /KEY|AUTH|SIGN|COOKIE|SESSION|HASH|CIPHER|CRYPT/i.test(name) && !settings.test(name) && !publicKeys.test(name);
}

function isRandomWord(value: string): boolean {
  return /^(?=.*\d)(?=.*[a-z])[\w+/=-]{16,}$/i.test(value) && measureEntropy(value) >= leastEntropy;
}

/** Switches and small numbers, which name no secret whatever the variable is called. */
export function isSetting(value: string): boolean {
  return /^(?:true|false|yes|no|on|off|none|null|\d{1,4})$/i.test(value.trim());
}

/** Libraries contain the first line alone; a key follows it only where there is one. Line ends may be escaped. */
const privateKey =
  /-----BEGIN (?:[A-Z0-9]+ ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\+[nr])+(?:[A-Z][\w-]+: [^\n\\]+(?:\s|\\+[nr])+)*[A-Za-z0-9+/=]{16}/;

const tokens = /\beyJ[\w-]{8,2000}\.eyJ[\w-]{8,8000}\.[\w-]{16,2000}/g;

/** Roles that bypass the rules which protect the rows of a database (docs: Supabase, API keys). */
const privilegedRoles = new Set(['service_role', 'supabase_admin', 'postgres']);

function findPrivilegedRole(value: string): string | undefined {
  const role = value.startsWith('eyJ') ? readClaims(value)?.role : undefined;
  return typeof role === 'string' && privilegedRoles.has(role) ? role : undefined;
}

/** A port is no password: `https://cdn.example.com:8443/@scope/package`. */
function hasCredentials(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^:@/?#\s]*:(?!\d{1,5}[/?#])[^\s]+@/i.test(value.trim());
}

/** Only of databases and brokers: pages show addresses of the web with users for many reasons. */
const addresses =
  /\b(?:postgres(?:ql)?|mysql|mongodb(?:\+srv)?|rediss?|amqps?):\/\/[^\s:@/"'`<>\\]{0,200}:[^\s@/"'`<>\\]{1,200}@[^\s/"'`<>\\?:]{4,200}/g;

function isRealAddress(address: string): boolean {
  const [, password = '', host = ''] = /:\/\/[^:]*:([^@]*)@(.*)$/.exec(address) ?? [];
  const isExample = isCommonWord(password) || /[${}*[\]]|pass|secret|your/i.test(password);
  return !isExample && host.includes('.') && !/^127\.|(?:^|\.)example\.(?:com|org|net)$|^\.+$/.test(host);
}

function findFirst(
  text: string,
  pattern: RegExp,
  describe: (match: string) => string | undefined,
): { what: string; index: number }[] {
  for (const match of text.matchAll(new RegExp(pattern, 'g'))) {
    const what = describe(match[0]);
    if (what !== undefined) return [{ what, index: match.index }];
  }
  return [];
}
