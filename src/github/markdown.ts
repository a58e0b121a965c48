/**
 * Makes GitHub's Markdown show the text literally: nothing in it becomes a tag, a link, a mention or a table cell. Text
 * in backticks becomes code.
 */
export function escapeMarkdown(text: string): string {
  return text
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 1 ? `<code>${escapeCharacters(part)}</code>` : breakMentions(part)))
    .join('');
}

/** GitHub looks for mentions and addresses after it has decoded entities (github/cmark-gfm#181); not in code. */
function breakMentions(text: string): string {
  return escapeCharacters(text).replaceAll('&#64;', '&#64;&#8205;');
}

function escapeCharacters(text: string): string {
  return text
    .replace(/[&<>"'`*_[\]()|~#!\\@$:]/g, character => `&#${character.charCodeAt(0)};`)
    .replace(/\bwww\./gi, prefix => `${prefix.slice(0, -1)}&#46;`) // GitHub makes a link of it even without a scheme
    .replace(/\r\n|\r|\n/g, '<br>');
}

/** Renders a table from cells that are Markdown already. */
export function renderTable(header: string[], rows: string[][]): string {
  return [header, header.map(() => '---'), ...rows].map(cells => `| ${cells.join(' | ')} |`).join('\n');
}

/** Renders as many rows as fit into this many bytes, and counts the others. */
export function renderTableWithin(bytes: number, header: string[], rows: string[][]): string {
  if (rows.length === 0) return '';
  let size = 0;
  const fitting = rows.filter(row => {
    size += Buffer.byteLength(row.join(' | ')) + 8;
    return size <= bytes;
  });
  const left = rows.length - fitting.length;
  return left === 0
    ? renderTable(header, fitting)
    : `${renderTable(header, fitting)}\n\n${left} more do not fit here. The log of the step has them all.`;
}
