import type { Span, Window } from '../../../config/schema/preflight/window.ts';
import type { Closed } from './calendar/index.ts';
import { findMoment, getLocalTime, getNextDay, type LocalTime } from './local-time.ts';

/** How far ahead to look for the next opening; days. */
const daysAhead = 400;

/** Why no release may begin at a moment (milliseconds since the epoch); undefined if one may. */
export function explainClosed(window: Window, calendar: Closed[], at: number): string | undefined {
  const local = getLocalTime(at, window.timezone);
  const freeze = window.freezes.find(({ from, to }) => from <= local.date && local.date <= to);
  if (freeze) return `${freeze.reason ?? 'a freeze'} (${freeze.from} to ${freeze.to})`;
  if (window.holidays.includes(local.date)) return `${local.date} is a holiday`;
  const event = calendar.find(({ from, to }) => from <= at && at < to);
  if (event) return `"${event.why}" in the calendar`;
  const never = window.never.find(span => covers(span, local));
  if (never) return `\`never\` applies ${formatSpan(never)}`;
  if (window.open.some(span => covers(span, local))) return undefined;
  return `releases may begin ${window.open.map(formatSpan).join(', or ')}`;
}

/** When the window opens next; undefined if it stays closed for more than a year. */
export function findNextOpening(window: Window, calendar: Closed[], now: number): number | undefined {
  const spans = [...window.open, ...window.never];
  const times = new Set(['00:00', ...spans.flatMap(({ from, to }) => [from, to])]);
  let { date } = getLocalTime(now, window.timezone);
  for (let day = 0; day <= daysAhead; day++, date = getNextDay(date)) {
    // The window can open only at one of its own bounds or at the end of an event.
    const bounds = [...times].map(time => findMoment(date, time, window.timezone));
    const nextDay = findMoment(getNextDay(date), '00:00', window.timezone);
    const ends = calendar.map(({ to }) => to).filter(to => to >= (bounds[0] ?? 0) && to < nextDay);
    const opening = [...bounds, ...ends]
      .filter(at => at >= now)
      .sort((a, b) => a - b)
      .find(at => explainClosed(window, calendar, at) === undefined);
    if (opening !== undefined) return opening;
  }
  return undefined;
}

function covers({ days, from, to }: Span, { weekday, time }: LocalTime): boolean {
  return days.includes(weekday) && from <= time && time < to;
}

function formatSpan({ days, from, to }: Span): string {
  const hours = from === '00:00' && to === '24:00' ? '' : ` from ${from} to ${to}`;
  return `${days.length === 7 ? 'every day' : `on ${days.join(', ')}`}${hours}`;
}
