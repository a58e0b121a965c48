/** The calendar cannot be read without guessing. */
export class UnreadableCalendar extends Error {}

/** A line of iCalendar, with the lines that continue it. */
export interface ContentLine {
  name: string;
  /** By name in capitals, without quotes. */
  parameters: Record<string, string>;
  value: string;
  /** The whole line. */
  text: string;
  /** The number of its first line in the file, from 1. */
  line: number;
}

/** A component such as VEVENT, without those inside it, such as its alarms. */
export interface ContentBlock {
  name: string;
  lines: ContentLine[];
  /** All of its text, with the components inside it. */
  text: string;
  line: number;
}

const form = /^([A-Za-z0-9-]+)((?:;[^:;="]+=(?:"[^"]*"|[^:;"]*)(?:,(?:"[^"]*"|[^:;",]*))*)*):(.*)$/s;

/** A line that begins with a space or tab continues the one before (RFC 5545, section 3.1). */
function unfold(text: string): { text: string; line: number }[] {
  const lines: { text: string; line: number }[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const last = lines.at(-1);
    if (/^[ \t]/.test(raw) && last) last.text += raw.slice(1);
    else if (raw.trim() !== '') lines.push({ text: raw, line: index + 1 });
  }
  return lines;
}

function parseLine({ text, line }: { text: string; line: number }): ContentLine {
  const [, name, parameters = '', value = ''] = form.exec(text) ?? [];
  if (name === undefined)
    throw new UnreadableCalendar(`line ${line}: "${text.slice(0, 60)}" is not a line of iCalendar`);
  const pairs = [...parameters.matchAll(/;([^=;]+)=("[^"]*"|[^;]*)/g)].map(([, key = '', item = '']) => [
    key.toUpperCase(),
    item.replace(/^"|"$/g, ''),
  ]);
  return { name: name.toUpperCase(), parameters: Object.fromEntries(pairs), value: value.trim(), text, line };
}

/** The events and time zones of an iCalendar file. Throws UnreadableCalendar, with the line, for anything else. */
export function listBlocks(text: string): ContentBlock[] {
  const lines = unfold(text).map(parseLine);
  if (!lines.some(({ name, value }) => name === 'BEGIN' && value.toUpperCase() === 'VCALENDAR'))
    throw new UnreadableCalendar('it is not an iCalendar file, since it has no BEGIN:VCALENDAR');
  const blocks: ContentBlock[] = [];
  const open: ContentBlock[] = [];
  for (const line of lines) {
    const name = line.value.toUpperCase();
    if (line.name === 'BEGIN') open.push({ name, lines: [], text: '', line: line.line });
    for (const block of open) block.text += `${line.text}\r\n`;
    if (line.name === 'END') {
      const block = open.pop();
      if (!block) throw new UnreadableCalendar(`line ${line.line}: END:${name} has no BEGIN:${name}`);
      if (block.name !== name) throw explainUnended(block);
      blocks.push(block);
    } else if (line.name !== 'BEGIN') open.at(-1)?.lines.push(line);
  }
  const last = open.at(-1);
  if (last) throw explainUnended(last);
  return blocks;
}

function explainUnended({ name, line }: ContentBlock): UnreadableCalendar {
  return new UnreadableCalendar(`line ${line}: the ${name} that begins here has no END:${name}`);
}
