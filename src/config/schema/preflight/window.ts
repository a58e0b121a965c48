import * as z from 'zod';

export const weekdays = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
export type Weekday = (typeof weekdays)[number];

const zoneForm = 'an IANA time zone, such as Europe/Berlin or America/New_York';
const timeForm = 'a time of day, such as 09:30';
const time = z.string({ error: timeForm }).regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, timeForm);
const dateForm = 'a date, such as 2026-12-24';
const date = z.string({ error: dateForm }).refine(isDate, dateForm);

const spanSchema = z
  .strictObject({
    days: z
      .array(z.enum(weekdays))
      .min(1)
      .default([...weekdays]),
    from: time.default('00:00'),
    to: time.default('24:00'),
  })
  .refine(({ from, to }) => from < to, { error: 'a `from` before its `to`; split a span across midnight into two' });

const freezeSchema = z
  .strictObject({
    from: date.describe('The first day.'),
    to: date.describe('The last day.'),
    reason: z.string().optional(),
  })
  .refine(({ from, to }) => from <= to, { error: 'a `from` that is not after its `to`' });

/** When a release may begin. */
export const windowSchema = z.strictObject({
  timezone: z.string({ error: zoneForm }).refine(isTimeZone, zoneForm).describe('The time zone of all days and hours.'),
  open: z.array(spanSchema).min(1).describe('Days and hours in which a release may begin.'),
  never: z.array(spanSchema).default([]).describe('Days and hours to exclude from `open`.'),
  holidays: z.array(date).default([]).describe('Days on which no release begins.'),
  calendar: z
    .string()
    .min(1)
    .optional()
    .describe('An iCalendar file (.ics), relative to the root of the repository. No release begins during its events.'),
  freezes: z.array(freezeSchema).default([]).describe('Periods in which no release begins.'),
  override: z
    .strictObject({
      label: z
        .string()
        .min(1)
        .optional()
        .describe('A label of the pull request that overrides the window, such as hotfix.'),
      approvals: z.int().min(1).default(1).describe('How many approvals that pull request needs.'),
    })
    .default({ approvals: 1 })
    .describe('What opens the window in an emergency, apart from the input `override`.'),
});

export type Window = z.infer<typeof windowSchema>;
export type Span = Window['open'][number];

function isTimeZone(text: string): boolean {
  try {
    return /^(UTC|[A-Za-z_]+\/[\w/+-]+)$/.test(text) && new Intl.DateTimeFormat('en', { timeZone: text }) !== undefined;
  } catch {
    return false; // the schema says what was expected
  }
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && new Date(`${text}T00:00:00Z`).toJSON()?.slice(0, 10) === text;
}
