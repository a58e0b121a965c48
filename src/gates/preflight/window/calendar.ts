import { findMoment, getNextDay } from './local-time.ts';

/** A span of time in which no release begins; milliseconds since the epoch, without the end. */
export interface Closed {
  from: number;
  to: number;
  why: string;
}

/** The calendar cannot be read without guessing. */
export class UnreadableCalendar extends Error {}

interface Property {
  name: string;
  parameters: Record<string, string>;
  value: string;
  line: number;
}

/** How far ahead to repeat yearly events; years. */
const yearsAhead = 3;

/**
 * The events of an iCalendar file (RFC 5545): whole days, and times in UTC, in a zone (TZID) or in none, which means the
 * window's. Of repeating events it reads yearly ones. Throws UnreadableCalendar, with the line, where it would have to
 * guess.
 */
export function readCalendar(text: string, timezone: string, now: number): Closed[] {
  const properties = parseLines(text);
  if (!properties.some(({ name, value }) => name === 'BEGIN' && value === 'VCALENDAR'))
    throw new UnreadableCalendar('it is not an iCalendar file, since it has no BEGIN:VCALENDAR');
  const events: Property[][] = [];
  let event: Property[] | undefined;
  for (const property of properties) {
    if (property.name === 'BEGIN' && property.value === 'VEVENT') event = [];
    else if (property.name === 'END' && property.value === 'VEVENT' && event) {
      events.push(event);
      event = undefined;
    } else event?.push(property);
  }
  if (event) throw new UnreadableCalendar(`line ${properties.at(-1)?.line}: the last event has no END:VEVENT`);
  return events.flatMap(properties => listSpans(properties, timezone, now));
}

function listSpans(properties: Property[], timezone: string, now: number): Closed[] {
  const get = (name: string) => properties.find(property => property.name === name);
  const start = get('DTSTART');
  if (get('STATUS')?.value === 'CANCELLED') return [];
  if (!start) throw new UnreadableCalendar(`line ${properties[0]?.line}: an event has no DTSTART`);
  const why = (get('SUMMARY')?.value ?? 'an event of the calendar').replace(/\\([,;\\])/g, '$1');
  const rule = get('RRULE');
  if (get('RDATE'))
    throw new UnreadableCalendar(`line ${get('RDATE')?.line}: RDATE is not supported; write one event for each day`);
  if (get('DURATION'))
    throw new UnreadableCalendar(`line ${get('DURATION')?.line}: DURATION is not supported; write DTEND`);
  const from = parsePoint(start);
  const end = get('DTEND');
  const to = end ? parsePoint(end) : { ...from, date: getNextDay(from.date), time: from.time };
  const years = rule ? listYears(rule, from.date, now) : [0];
  return years.map(shift => ({
    from: findMoment(shiftYears(from.date, shift), from.time, from.zone ?? timezone),
    to: findMoment(shiftYears(to.date, shift), to.time, to.zone ?? timezone),
    why,
  }));
}

function parsePoint({ value, parameters, line }: Property): { date: string; time: string; zone: string | undefined } {
  const [, year, month, day, hours, minutes, utc] = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)\d\d(Z)?)?$/.exec(value) ?? [];
  const date = `${year}-${month}-${day}`;
  const time = hours === undefined ? '00:00' : `${hours}:${minutes}`;
  if (year === undefined || Number.isNaN(Date.parse(`${date}T${time}Z`)))
    throw new UnreadableCalendar(`line ${line}: "${value}" is not a date`);
  const zone = utc ? 'UTC' : parameters.TZID?.replace(/^"|"$/g, '');
  if (zone !== undefined && !isZone(zone))
    throw new UnreadableCalendar(`line ${line}: the time zone "${zone}" is unknown`);
  return { date, time, zone };
}

function listYears({ value, line }: Property, first: string, now: number): number[] {
  const parts = Object.fromEntries(value.split(';').map(part => part.split('=')));
  const { FREQ, INTERVAL = '1', UNTIL, ...others } = parts;
  const simple = Object.keys(others).every(key => ['BYMONTH', 'BYMONTHDAY', 'WKST'].includes(key));
  if (FREQ !== 'YEARLY' || INTERVAL !== '1' || !simple)
    throw new UnreadableCalendar(
      `line ${line}: only events that repeat on the same day of each year are supported, not RRULE:${value}`,
    );
  const begin = Number(first.slice(0, 4));
  const last = Math.min(
    new Date(now).getUTCFullYear() + yearsAhead,
    UNTIL ? Number(UNTIL.slice(0, 4)) : Number.POSITIVE_INFINITY,
  );
  return Array.from({ length: Math.max(0, last - begin + 1) }, (_, index) => index);
}

function shiftYears(date: string, years: number): string {
  return `${Number(date.slice(0, 4)) + years}${date.slice(4)}`;
}

/** Content lines with their parameters; a line that begins with a space continues the one before (RFC 5545, 3.1). */
function parseLines(text: string): Property[] {
  const lines: { text: string; line: number }[] = [];
  for (const [index, raw] of text
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .entries()) {
    const last = lines.at(-1);
    if (/^[ \t]/.test(raw) && last) last.text += raw.slice(1);
    else if (raw.trim() !== '') lines.push({ text: raw, line: index + 1 });
  }
  return lines.map(({ text, line }) => {
    const [, name = '', parameters = '', value = ''] =
      /^([A-Za-z-]+)((?:;[^:="]+=(?:"[^"]*"|[^:;"]*))*):(.*)$/.exec(text) ?? [];
    if (name === '') throw new UnreadableCalendar(`line ${line}: "${text.slice(0, 60)}" is not a line of iCalendar`);
    const pairs = [...parameters.matchAll(/;([^=]+)=("[^"]*"|[^;]*)/g)].map(([, key = '', item = '']) => [
      key.toUpperCase(),
      item,
    ]);
    return { name: name.toUpperCase(), parameters: Object.fromEntries(pairs), value: value.trim(), line };
  });
}

function isZone(zone: string): boolean {
  try {
    return Boolean(new Intl.DateTimeFormat('en', { timeZone: zone }));
  } catch {
    return false; // the caller reports the zone
  }
}
