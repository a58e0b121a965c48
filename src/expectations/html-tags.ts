/** A tag of a page, or a comment. The name is in lower case; that of an end tag begins with a slash. */
export interface Tag {
  name: string;
  /** The text between the name and the `>`. */
  attributes: string;
  /** The positions of its first character and after its last. */
  start: number;
  end: number;
}

/**
 * The tags and comments (`!--`) of a page in their order, without those in comments and scripts. Takes linear time even
 * on hostile pages, such as thousands of tags that do not end. Supports only part of HTML: a `>` in the value of an
 * attribute ends the tag.
 */
export function* tagsIn(html: string): Generator<Tag> {
  const opening = /<(!--|[/!?]?[a-z][^\s/>]*)/gi;
  for (let found = opening.exec(html); found; found = opening.exec(html)) {
    const [opened, written = ''] = found;
    const start = found.index;
    const name = written.toLowerCase();
    const close = name === '!--' ? html.indexOf('-->', start + 2) : html.indexOf('>', start);
    if (close < 0) return; // the tag or comment does not end
    const end = close + (name === '!--' ? 3 : 1);
    yield { name, attributes: html.slice(start + opened.length, close), start, end };
    opening.lastIndex = name === 'script' ? endOfScript(html, end) : end;
  }
}

/** The visible text of a page, with a space for each tag. */
export function extractText(html: string): string {
  const texts: string[] = [];
  let from = 0;
  for (const { name, start, end } of tagsIn(html)) {
    if (name !== '/script' && name !== '/style') texts.push(html.slice(from, start));
    from = end;
  }
  texts.push(html.slice(from));
  return texts.join(' ');
}

/** The position of the end tag of a script; without one, the end of the page (HTML standard, script data state). */
function endOfScript(html: string, from: number): number {
  const end = /<\/script(?=[\s/>])/gi;
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}

/** The text of HTML with its character references replaced. Knows the few names that URLs and attributes need. */
export function decodeHtml(text: string): string {
  return text
    .replace(/&#(\d+);/g, (_, code) => decodeCharacter(Number(code)))
    .replace(/&#x([\da-f]+);/gi, (_, code) => decodeCharacter(Number.parseInt(code, 16)))
    .replaceAll('&quot;', '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&apos;', "'")
    .replaceAll('&amp;', '&');
}

/** Browsers show U+FFFD for an invalid character (HTML standard, numeric character reference end state). */
function decodeCharacter(code: number): string {
  return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
}
