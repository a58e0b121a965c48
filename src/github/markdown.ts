/**
 * Makes GitHub's Markdown show the text literally: nothing in it becomes a tag, a link, a mention or a table cell. Text
 * in backticks becomes code.
 */
export function escapeMarkdown(text: string): string {
  return text
    .split(/`([^`\n]+)`/)
    .map((part, index) => (index % 2 === 1 ? `<code>${escapeCharacters(part)}</code>` : escapeCharacters(part)))
    .join('');
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
