import { isIP } from 'node:net';
import { type Cookie, parseSetCookie } from './set-cookie.ts';

interface Kept extends Cookie {
  host: string;
  folder: string;
  /** The order in which they came; the older goes first. */
  age: number;
}

/**
 * The cookies of one user, kept and sent as a browser would (RFC 6265, section 5). As in Chrome and Firefox, a Secure
 * cookie also travels over plain HTTP to the machine itself (localhost, 127.0.0.0/8, ::1), where nobody can listen.
 * Without a list of public suffixes, it refuses a domain of one label, but not `co.uk`.
 */
export class CookieJar {
  #kept: Kept[] = [];
  #count = 0;

  /** Keeps, replaces or deletes what the answer of a URL sets. `now` is in milliseconds since the epoch. */
  store(setCookies: string[], url: URL, now: number): void {
    for (const header of setCookies) {
      const cookie = parseSetCookie(header, now);
      if (!cookie || !mayBeSet(cookie, url)) continue;
      const host = cookie.domain ?? url.hostname;
      const folder = cookie.path ?? getDefaultPath(url.pathname);
      const same = this.#kept.find(kept => isSame(kept, { ...cookie, host, folder }));
      this.#kept = this.#kept.filter(kept => kept !== same);
      if (cookie.expires === undefined || cookie.expires > now) {
        this.#kept.push({ ...cookie, host, folder, age: same?.age ?? this.#count++ });
      }
    }
  }

  /** Takes over the cookies of another user, which replace those of the same name and place. */
  adopt(other: CookieJar): void {
    for (const cookie of other.#kept) {
      this.#kept = this.#kept.filter(kept => !isSame(kept, cookie));
      this.#kept.push({ ...cookie, age: this.#count++ });
    }
  }

  /** The Cookie header for a URL; undefined when there is none to send. */
  header(url: URL, now: number): string | undefined {
    const cookies = this.#kept
      .filter(cookie => isFor(cookie, url) && (cookie.expires === undefined || cookie.expires > now))
      .sort((a, b) => b.folder.length - a.folder.length || a.age - b.age);
    return cookies.length > 0 ? cookies.map(({ name, value }) => `${name}=${value}`).join('; ') : undefined;
  }
}

/** RFC 6265, section 5.3: a cookie is known by its name, domain and path, and by whether it is for one host only. */
function isSame(a: Omit<Kept, 'age'>, b: Omit<Kept, 'age'>): boolean {
  return a.name === b.name && a.host === b.host && a.folder === b.folder && !a.domain === !b.domain;
}

function mayBeSet(cookie: Cookie, url: URL): boolean {
  if (cookie.secure && !isTrustworthy(url)) return false;
  if (/^__secure-/i.test(cookie.name) && !cookie.secure) return false;
  if (/^__host-/i.test(cookie.name) && !(cookie.secure && cookie.domain === undefined && cookie.path === '/'))
    return false;
  if (cookie.domain === undefined || cookie.domain === url.hostname) return true;
  return cookie.domain.includes('.') && isWithin(url.hostname, cookie.domain);
}

function isFor(cookie: Kept, url: URL): boolean {
  if (cookie.secure && !isTrustworthy(url)) return false;
  const rightHost =
    url.hostname === cookie.host || (cookie.domain !== undefined && isWithin(url.hostname, cookie.domain));
  return rightHost && isBelow(url.pathname, cookie.folder);
}

function isTrustworthy({ protocol, hostname }: URL): boolean {
  if (protocol === 'https:' || protocol === 'wss:') return true;
  return (
    hostname === 'localhost' ||
    hostname.endsWith('.localhost') ||
    hostname === '[::1]' ||
    /^127(\.\d+){3}$/.test(hostname)
  );
}

function isWithin(host: string, domain: string): boolean {
  return host.endsWith(`.${domain}`) && isIP(host) === 0;
}

function isBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith('/') ? folder : `${folder}/`);
}

/** The default path of a cookie (RFC 6265, section 5.1.4). */
function getDefaultPath(path: string): string {
  return path.slice(0, path.lastIndexOf('/')) || '/';
}
