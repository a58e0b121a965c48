import { type ContentBlock, type ContentLine, listBlocks, UnreadableCalendar } from './content-lines.ts';
import { repeat } from './recurrence.ts';
import { addDays, countDays, formatKey, type Length, parseLength, parseWallTime, type WallTime } from './values.ts';
import { type Zone, Zones } from './zones.ts';

export { UnreadableCalendar } from './content-lines.ts';

/** A span of time in which no release begins; milliseconds since the epoch, without the end. */
export interface Closed {
  from: number;
  to: number;
  why: string;
}

interface CalendarEvent {
  /** What makes it one of a series, with those that replace single times of it. */
  id: string;
  start: WallTime;
  zone: Zone;
  length: Length;
  why: string;
  /** Whether it closes the window: not if it is cancelled, or marked as free and shorter than a day. */
  closes: boolean;
  /** The time of the series that it replaces; undefined for the series itself. */
  replaces: string | undefined;
  rules: ContentLine[];
  added: WallTime[];
  /** Wall times, or days of which all times are left out. */
  omitted: Set<string>;
}

/** How far ahead the gate looks for an opening; days. */
const daysAhead = 401;

/**
 * The events of an iCalendar file (RFC 5545) that end after `now` (milliseconds since the epoch). Whole days, and times
 * without a zone, are those of `timezone`. Throws UnreadableCalendar, with the line, where it would have to guess.
 */
export async function readCalendar(text: string, timezone: string, now: number): Promise<Closed[]> {
  const blocks = listBlocks(text);
  const zones = Zones.read(blocks, timezone);
  const events = blocks.filter(({ name }) => name === 'VEVENT').map(block => readEvent(block, zones));
  const closed = await Promise.all(events.map(event => listSpans(event, events, now)));
  return closed.flat().filter(({ to }) => to > now);
}

/** The spans of an event, and of its repetitions that another event of its series does not replace. */
async function listSpans(event: CalendarEvent, all: CalendarEvent[], now: number): Promise<Closed[]> {
  const today = new Date(now).toISOString().slice(0, 10);
  const longest = event.length.days + Math.ceil(event.length.ms / 86_400_000);
  const days = { from: addDays(today, -longest - 2), to: addDays(today, daysAhead) };
  const repeated = await Promise.all(event.rules.map(rule => repeat(rule, event, days)));
  if (!event.closes) return [];
  const series = event.replaces === undefined ? all.filter(({ id }) => id === event.id) : [];
  const omitted = new Set([...event.omitted, ...series.flatMap(({ replaces }) => replaces ?? [])]);
  return [...(event.rules.length === 0 ? [event.start] : []), ...repeated.flat(), ...event.added]
    .filter(time => !omitted.has(formatKey(time)) && !omitted.has(time.date))
    .map(time => close(event, time));
}

function close({ zone, length, why }: CalendarEvent, start: WallTime): Closed {
  const from = zone.findMoment(start);
  const to = zone.findMoment({ ...start, date: addDays(start.date, length.days) }) + length.ms;
  return { from, to, why };
}

function readEvent(block: ContentBlock, zones: Zones): CalendarEvent {
  const get = (name: string) => block.lines.find(line => line.name === name);
  const refused = block.lines.find(
    ({ name, parameters }) => name === 'EXRULE' || (name === 'RECURRENCE-ID' && parameters.RANGE !== undefined),
  );
  if (refused) throw new UnreadableCalendar(`line ${refused.line}: ${refused.name} is not supported in this form`);
  const begins = get('DTSTART');
  if (!begins) throw new UnreadableCalendar(`line ${block.line}: an event has no DTSTART`);
  const start = parseWallTime(begins.value, begins.line);
  const zone = start.isDate ? zones.local : zones.find(begins);
  const length = readLength(block, { start, zone }, zones);
  const localize = (value: string, line: ContentLine) => localizeTime(value, line, { start, zone }, zones);
  const list = (name: string) =>
    block.lines
      .filter(line => line.name === name)
      .flatMap(line => line.value.split(',').map(value => localize(value.split('/')[0] ?? '', line)));
  const replaces = get('RECURRENCE-ID');
  const isFree = get('TRANSP')?.value.toUpperCase() === 'TRANSPARENT' && !start.isDate;
  return {
    id: get('UID')?.value ?? `line ${block.line}`,
    start,
    zone,
    length,
    why: (get('SUMMARY')?.value ?? 'an event of the calendar').replace(/\\([,;\\])/g, '$1').replace(/\\n/gi, ' '),
    closes: get('STATUS')?.value.toUpperCase() !== 'CANCELLED' && !isFree,
    replaces: replaces && formatKey(localize(replaces.value, replaces)),
    rules: block.lines.filter(line => line.name === 'RRULE'),
    added: list('RDATE'),
    omitted: new Set(list('EXDATE').map(formatKey)),
  };
}

interface Start {
  start: WallTime;
  zone: Zone;
}

/** A time on the wall clock of the event; a day stays one. */
function localizeTime(value: string, line: ContentLine, { start, zone }: Start, zones: Zones): WallTime {
  const time = parseWallTime(value, line.line);
  if (time.isDate || start.isDate) return { ...time, isDate: true, time: '00:00', seconds: 0 };
  return zone.getWallTime(zones.find({ ...line, value }).findMoment(time));
}

/** With neither an end nor a duration, a day lasts until the next, and a time has no length (RFC 5545, section 3.6.1). */
function readLength({ lines, line }: ContentBlock, { start, zone }: Start, zones: Zones): Length {
  const [end, duration] = ['DTEND', 'DURATION'].map(name => lines.find(line => line.name === name));
  if (end && duration)
    throw new UnreadableCalendar(`line ${duration.line}: an event has a DURATION beside its DTEND; remove one`);
  if (duration) return parseLength(duration);
  if (!end && start.isDate) return { days: 1, ms: 0 };
  if (!end) throw new UnreadableCalendar(`line ${line}: an event at a time has no length; add DTEND or DURATION`);
  const to = parseWallTime(end.value, end.line);
  const fail = (reason: string) => new UnreadableCalendar(`line ${end.line}: DTEND:${end.value} ${reason}`);
  if (to.isDate !== start.isDate) throw fail('is a day where DTSTART is a time, or the other way round');
  if (to.isDate) {
    const days = countDays(start.date, to.date);
    if (days < 0) throw fail('is before DTSTART');
    return { days: Math.max(1, days), ms: 0 }; // many programs write the last day in place of the day after it
  }
  const ms = zones.find(end).findMoment(to) - zone.findMoment(start);
  if (ms < 0) throw fail('is before DTSTART');
  return { days: 0, ms };
}
