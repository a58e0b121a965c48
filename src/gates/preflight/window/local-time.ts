import { type Weekday, weekdays } from '../../../config/schema/preflight/window.ts';

/** A moment as a wall clock shows it. */
export interface LocalTime {
  /** Such as 2026-03-01. */
  date: string;
  weekday: Weekday;
  /** Such as 09:30. */
  time: string;
}

const minute = 60_000;
const formats = new Map<string, Intl.DateTimeFormat>();

/** What the wall clock of a time zone shows at a moment (milliseconds since the epoch). */
export function getLocalTime(at: number, timezone: string): LocalTime {
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
 * The moment at which the wall clock shows this time, in milliseconds since the epoch. If the hour comes twice, the
 * first; if the clock skips it, the moment after the gap. 24:00 is the beginning of the next day.
 */
export function findMoment(date: string, time: string, timezone: string): number {
  const wanted = Date.parse(`${date}T00:00:00Z`) + parseMinutes(time) * minute;
  const offsets = [wanted - 86_400_000, wanted + 86_400_000].map(at => computeOffset(at, timezone));
  const candidates = [...new Set(offsets)].map(offset => wanted - offset).sort((a, b) => a - b);
  const exact = candidates.find(at => at + computeOffset(at, timezone) === wanted);
  return exact ?? wanted - Math.min(...offsets);
}

/** How far the wall clock is ahead of UTC; milliseconds. */
function computeOffset(at: number, timezone: string): number {
  const { date, time } = getLocalTime(at, timezone);
  return Date.parse(`${date}T${time}:00Z`) - Math.floor(at / minute) * minute;
}

function parseMinutes(time: string): number {
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  return hours * 60 + minutes;
}

export function getNextDay(date: string): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
}
