import { type Weekday, weekdays } from '../../../config/schema/preflight/window.ts';

/** A moment as clocks on a wall show it. */
export interface LocalTime {
  /** Such as 2026-03-01. */
  date: string;
  weekday: Weekday;
  /** Such as 09:30. */
  time: string;
}

const minute = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** The wall clock of a time zone at a moment (milliseconds since the epoch). */
export function localTime(at: number, timezone: string): LocalTime {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', {
      timeZone: timezone,
      calendar: 'gregory',
      numberingSystem: 'latn',
      hourCycle: 'h23',
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
    });
    formats.set(timezone, format);
  }
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const date = `${parts.year}-${parts.month}-${parts.day}`;
  const day = new Date(`${date}T00:00:00Z`).getUTCDay();
  return { date, weekday: weekdays[(day + 6) % 7] ?? 'mon', time: `${parts.hour}:${parts.minute}` };
}

/**
 * The moment at which the wall clock shows this, in milliseconds since the epoch. Of an hour that comes twice, the
 * first; for one that is left out, the moment after the gap. 24:00 is the beginning of the next day.
 */
export function momentOf(date: string, time: string, timezone: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`) + minutesOf(time) * minute;
  const offsets = [wanted - 86_400_000, wanted + 86_400_000].map(at => offsetAt(at, timezone));
  const candidates = [...new Set(offsets)].map(offset => wanted - offset).sort((a, b) => a - b);
  const exact = candidates.find(at => at + offsetAt(at, timezone) === wanted);
  return exact ?? wanted - Math.min(...offsets);
}

/** How far the wall clock is ahead of UTC; milliseconds. */
function offsetAt(at: number, timezone: string): number {
  const { date, time } = localTime(at, timezone);
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(at / minute) * minute;
}

function minutesOf(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

export function dayAfter(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
