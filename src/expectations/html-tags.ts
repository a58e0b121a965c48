/** A tag of a page, or a comment; the name in lower case, with a slash before it where the tag ends an element. */
export interface Tag {
  name: string;
  /** What stands between the name and the `>`. */
  attributes: string;
  /** Where it begins, and where what follows it does. */
  start: number;
  end: number;
}

/**
 * The tags and comments (`!--`) of a page in their order, without those in comments and scripts. Reads no character
 * twice, whatever the page is: it may be hostile, such as thousands of tags that do not end. Enough of HTML for what is
 * looked for here; a `>` in the value of an attribute ends the tag.
 */
export function* tagsIn(html: string): Generator<Tag> {
  const opening = /<(!--|[/!?]?[a-z][^\s/>]*)/gi;
  for (let found = opening.exec(html); found; found = opening.exec(html)) {
    const [opened, written = ''] = found;
    const start = found.index;
    const name = written.toLowerCase();
    const close = name === '!--' ? html.indexOf('-->', start + 2) : html.indexOf('>', start);
    if (close < 0) return; // the rest of the page is in it
    const end = close + (name === '!--' ? 3 : 1);
    yield { name, attributes: html.slice(start + opened.length, close), start, end };
    opening.lastIndex = name === 'script' ? endOfScript(html, end) : end;
  }
}

/** What a person reads of a page, with a space for each tag. */
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

/**
 * Where the tag begins that ends the script; the end of the page where none does (HTML standard, script data state).
 */
function endOfScript(html: string, from: number): number {
  const end = /<\/script(?=[\s/>])/gi;
  end.lastIndex = from;
  return end.exec(html)?.index ?? html.length;
}
