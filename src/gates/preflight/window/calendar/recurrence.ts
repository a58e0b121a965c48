import { formatError } from '../../../../core/errors.ts';
import { type ContentLine, UnreadableCalendar } from './content-lines.ts';
import { formatKey, parseWallTime, type WallTime } from './values.ts';
import type { Zone } from './zones.ts';

/** RFC 5545, section 3.3.10. */
const parts =
  /^(FREQ|UNTIL|COUNT|INTERVAL|BYSECOND|BYMINUTE|BYHOUR|BYDAY|BYMONTHDAY|BYYEARDAY|BYWEEKNO|BYMONTH|BYSETPOS|WKST)=./i;

/** Days between which the gate needs the times of an event; such as 2026-03-01. */
export interface Days {
  from: string;
  to: string;
}

/**
 * The wall times at which a rule (RRULE) repeats an event. The library counts in UTC, whose clock never changes, so what it
 * calls UTC is the wall clock here. Throws UnreadableCalendar for a rule that is not valid.
 */
export async function repeat(
  rule: ContentLine,
  { start, zone }: { start: WallTime; zone: Zone },
  days: Days,
): Promise<WallTime[]> {
  const fail = (reason: string) =>
    new UnreadableCalendar(`line ${rule.line}: the gate cannot read RRULE:${rule.value}: ${reason}`);
  const unknown = rule.value.split(';').find(part => !parts.test(part));
  if (unknown !== undefined) throw fail(`"${unknown}" is not a part of a rule`);
  const { RRuleTemporal } = await import('../../../../clients/recurrence-rule.ts');
  const rruleString = `DTSTART:${formatStamp(start)}\nRRULE:${localizeEnd(rule, start, zone)}`;
  try {
    const times = new RRuleTemporal({ rruleString, strict: true }).between(
      new Date(`${days.from}T00:00:00Z`),
      new Date(`${days.to}T23:59:59Z`),
      true,
    );
    return times.map(({ epochMilliseconds }) => {
      const [date = '', clock = ''] = new Date(epochMilliseconds).toISOString().split('T');
      return { ...start, date, ...(!start.isDate && { time: clock.slice(0, 5), seconds: Number(clock.slice(6, 8)) }) };
    });
  } catch (error) {
    throw fail(formatError(error));
  }
}

/** The rule with its end on the wall clock of the event; RFC 5545 wants UNTIL in UTC. A day ends the rule with its end. */
function localizeEnd({ value, line }: ContentLine, { isDate }: WallTime, zone: Zone): string {
  return value.replace(/(?<=UNTIL=)[^;]+/i, text => {
    const end = parseWallTime(text, line);
    if (isDate || end.isDate) return `${end.date.replaceAll('-', '')}T235959Z`;
    if (!text.endsWith('Z')) return `${text}Z`;
    return formatStamp(zone.getWallTime(Date.parse(`${formatKey(end)}Z`)));
  });
}

/** As iCalendar writes a time in UTC, such as 20260301T090000Z. */
function formatStamp(time: WallTime): string {
  return `${formatKey({ ...time, isDate: false }).replace(/[-:]/g, '')}Z`;
}
