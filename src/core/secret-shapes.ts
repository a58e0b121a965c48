import { measureEntropy } from './entropy.ts';
import { readClaims } from './jwt-claims.ts';
import { findProvider, findProviderKeys, isPublishableKey } from './provider-keys.ts';
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

/** Switches and small numbers, which name no secret whatever the variable is called. */
export function isSetting(value: string): boolean {
  return /^(?:true|false|yes|no|on|off|none|null|\d{1,4})$/i.test(value.trim());
}

/** Words and numbers, as in names of apps, hosts, regions, versions and paths. */
const plainPart = /^(?:[a-z]{1,20}\d{0,4}|v?\d{1,10})$/i;

/** Whether a value is made of plain words and numbers, with or without a scheme before it. */
export function isPlain(value: string): boolean {
  return value
    .trim()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//i, '')
    .split(/[-_./: ]/)
    .every(part => part === '' || plainPart.test(part));
}

/** Bits: what 12 random characters of base64 have. */
export const leastEntropy = 40;

/**
 * Whether a value was made by chance: 24 characters or more of upper case, lower case and digits, or 64 or more of
 * hexadecimal (`openssl rand -hex 32`). Shorter hexadecimal is a commit, or the id of something.
 */
export function isRandom(value: string): boolean {
  if (/^[0-9a-f]{64,}$/i.test(value)) return measureEntropy(value) >= leastEntropy;
  const isMixed = /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=-]{24,}$/.test(value);
  const isPath = /^\/[^/]+\/[^/]+\//.test(value);
  return isMixed && !isPath && !isPlain(value) && !isPublishableKey(value) && measureEntropy(value) >= leastEntropy;
}

/** An address whose user has no password, and that has no query. */
export function isAddressWithoutCredentials(value: string): boolean {
  return /^[a-z][a-z0-9+.-]*:\/\/[^\s?#]+$/i.test(value.trim()) && !hasCredentials(value);
}

/** A JSON Web Token that is not the one for anonymous users, which browsers have (docs: Supabase, API keys). */
export function isPrivateToken(value: string): boolean {
  return /^eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*$/.test(value) && readClaims(value)?.role !== 'anon';
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
