import { sendRequest, stripQuery } from '../../clients/http.ts';
import type { HttpProbe } from '../../config/schema/probe/http.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { pluralize } from '../../core/plural.ts';
import type { About } from '../../expectations/expectation.ts';
import { tagsIn } from '../../expectations/html-tags.ts';
import type { Asked } from './request.ts';

export const noScripts: FindingKind = {
  code: 'probe/no-scripts',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The page refers to no script of its own site, so the application cannot start.',
  cause: 'The build is empty, or another page answers.',
  help: 'Open the page, and compare its source with the output of the build.',
};

export const missingScript: FindingKind = {
  code: 'probe/missing-script',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The page refers to a script that does not exist, so users see an empty page.',
  cause: 'The page and its scripts come from different builds, or the upload of the scripts did not finish.',
  help: 'Deploy again, and purge any cache that still serves an old page.',
};

export const smallScripts: FindingKind = {
  code: 'probe/scripts-too-small',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'Every script of the page is smaller than the application should be.',
  cause: 'The build failed halfway and was deployed anyway, or an error page is served in place of the script.',
  help: 'Compare the sizes with those of the build. If the application has become smaller, lower `scripts.at-least`.',
};

/** Of a page with more scripts than this, the gate checks only the first ones. */
const most = 20;

/** Scripts and modules of the same site, in the page's order (docs: HTML standard, script and link elements). */
export function listScripts(html: string, page: string): string[] {
  const urls = [...tagsIn(html)].flatMap(({ name, attributes }) => {
    const isModule = name === 'link' && /\brel\s*=\s*["']?modulepreload/i.test(attributes);
    if (name !== 'script' && !isModule) return [];
    const [, quoted, bare] = /\b(?:src|href)\s*=\s*(?:["']([^"']+)["']|([^\s"'>]+))/i.exec(attributes) ?? [];
    const address = (quoted ?? bare)?.replaceAll('&amp;', '&');
    return address && URL.canParse(address, page) ? [new URL(address, page)] : [];
  });
  const own = urls.filter(({ origin }) => origin === new URL(page).origin).map(({ href }) => href);
  return [...new Set(own)].slice(0, most);
}

/** The bytes of the scripts that earlier attempts have fetched, by URL. */
export type ScriptSizes = Map<string, number>;

interface Page {
  asked: Asked;
  probe: HttpProbe;
  /** The gate skips the scripts in it, and adds new ones. */
  sizes: ScriptSizes;
}

/** Fetches the page's scripts, if the probe declares `scripts`, and checks their type and size. */
export async function checkScripts(
  { asked, probe, sizes }: Page,
  about: About,
  context: GateContext,
): Promise<{ findings: Finding[]; requests: number }> {
  if (!probe.scripts) return { findings: [], requests: 0 };
  const fail = (kind: FindingKind, message: string) => [found(kind, { message, ...about.where })];
  const urls = listScripts(asked.answer.body, asked.url);
  if (urls.length === 0) return { findings: fail(noScripts, `${about.target} refers to no script.`), requests: 0 };
  let requests = 0;
  for (const url of urls.filter(url => !sizes.has(url))) {
    requests++;
    const { timeout } = probe;
    const script = await sendRequest({ method: 'GET', url, timeout, signal: context.signal, fresh: 'http/1.1' });
    const type = script.headers['content-type']?.split(';')[0] ?? 'no content type';
    if (script.status !== 200 || !/javascript|ecmascript/.test(type)) {
      const message = `${about.target} refers to ${stripQuery(url)}, which answers ${script.status} with ${type}.`;
      return { findings: fail(missingScript, message), requests };
    }
    sizes.set(url, script.size);
  }
  const largest = Math.max(...urls.map(url => sizes.get(url) ?? 0));
  const wanted = probe.scripts['at-least'];
  if (largest >= wanted) return { findings: [], requests };
  const message = `${about.target}: the largest of ${pluralize(urls.length, 'script')} has ${pluralize(largest, 'byte')}, expected at least ${wanted}.`;
  return { findings: fail(smallScripts, message), requests };
}
