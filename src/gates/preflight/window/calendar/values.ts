import { type ContentLine, UnreadableCalendar } from './content-lines.ts';

/** A moment as a wall clock shows it; a whole day begins at 00:00. */
export interface WallTime {
  /** Such as 2026-03-01. */
  date: string;
  /** Such as 09:30. */
  time: string;
  seconds: number;
  /** Whether it is a day without a time. */
  isDate: boolean;
}

const form = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/;

/** Reads a DATE or DATE-TIME (RFC 5545, sections 3.3.4 and 3.3.5). Throws UnreadableCalendar for anything else. */
export function parseWallTime(value: string, line: number): WallTime {
  const [, year, month, day, hours, minutes, seconds = '00'] = form.exec(value) ?? [];
  const date = `${year}-${month}-${day}`;
  const time = hours === undefined ? '00:00' : `${hours}:${minutes}`;
  const at = new Date(`${date}T${time}:00Z`);
  const isReal = !Number.isNaN(at.getTime()) && at.toISOString().startsWith(`${date}T${time}`);
  if (year === undefined || !isReal || Number(seconds) > 60)
    throw new UnreadableCalendar(`line ${line}: "${value}" is not a date`);
  return { date, time, seconds: Number(seconds), isDate: hours === undefined };
}

/** A text that is the same for the same wall time. */
export function formatKey({ date, time, seconds, isDate }: WallTime): string {
  return isDate ? date : `${date}T${time}:${String(seconds).padStart(2, '0')}`;
}

/** How long an event lasts: days of the calendar, and milliseconds more. */
export interface Length {
  days: number;
  ms: number;
}

/** docs: RFC 5545, section 3.3.6. */
const duration = /^\+?P(?:(\d+)W|(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?)$/;

export function parseLength({ value, line }: ContentLine): Length {
  const [found, weeks, days, hours, minutes, seconds] = duration.exec(value) ?? [];
  if (found === undefined || !/\d/.test(found))
    throw new UnreadableCalendar(`line ${line}: "${value}" is not a duration, such as P1D or PT90M`);
  const number = (text: string | undefined) => Number(text ?? 0);
  return {
    days: number(weeks) * 7 + number(days),
    ms: ((number(hours) * 60 + number(minutes)) * 60 + number(seconds)) * 1000,
  };
}

/** The day so many days after another. */
export function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}

/** The days from one to another. */
export function countDays(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / 86_400_000);
}
