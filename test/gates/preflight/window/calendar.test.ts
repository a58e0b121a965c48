import { describe, expect, test } from '@jest/globals';
import rrule from 'rrule';
import { readCalendar } from '../../../../src/gates/preflight/window/calendar/index.ts';
import { random } from '../../../readiness/simulated-clock.ts';

const now = Date.parse('2026-03-01T00:00:00Z');

const calendar = (...lines: string[]) => ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR'].join('\r\n');
const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];

/** The spans in UTC, such as `03-02T09:00 → 03-02T10:00`, of a calendar in a window of Berlin. */
async function read(...lines: string[]): Promise<string[]> {
  const closed = await readCalendar(calendar(...lines), 'Europe/Berlin', now);
  const show = (at: number) => new Date(at).toISOString().slice(5, 16);
  return closed.slice(0, 6).map(({ from, to }) => `${show(from)} → ${show(to)}`);
}

const outlookZone = [
  'BEGIN:VTIMEZONE',
  'TZID:W. Europe Standard Time',
  'BEGIN:STANDARD',
  'DTSTART:16010101T030000',
  'TZOFFSETFROM:+0200',
  'TZOFFSETTO:+0100',
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10',
  'END:STANDARD',
  'BEGIN:DAYLIGHT',
  'DTSTART:16010101T020000',
  'TZOFFSETFROM:+0100',
  'TZOFFSETTO:+0200',
  'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3',
  'END:DAYLIGHT',
  'END:VTIMEZONE',
];

describe('an event', () => {
  test.each<[string, string[], string[]]>([
    ['of a day', event('DTSTART;VALUE=DATE:20260403'), ['04-02T22:00 → 04-03T22:00']],
    [
      'of a day that ends on itself',
      event('DTSTART;VALUE=DATE:20260403', 'DTEND;VALUE=DATE:20260403'),
      ['04-02T22:00 → 04-03T22:00'],
    ],
    ['with a duration', event('DTSTART:20260403T090000Z', 'DURATION:PT90M'), ['04-03T09:00 → 04-03T10:30']],
    [
      'of a nominal day across a change of the clock',
      event('DTSTART:20260328T120000', 'DURATION:P1D'),
      ['03-28T11:00 → 03-29T10:00'],
    ],
    [
      'of exact hours across a change of the clock',
      event('DTSTART:20260328T120000', 'DURATION:PT24H'),
      ['03-28T11:00 → 03-29T11:00'],
    ],
    [
      'that ends in another zone',
      event('DTSTART;TZID=Europe/Berlin:20260403T090000', 'DTEND;TZID="America/New_York":20260403T050000'),
      ['04-03T07:00 → 04-03T09:00'],
    ],
    [
      'with an alarm',
      event(
        'DTSTART:20260403T090000Z',
        'DTEND:20260403T100000Z',
        'BEGIN:VALARM',
        'TRIGGER:-PT15M',
        'DURATION:PT5M',
        'END:VALARM',
      ),
      ['04-03T09:00 → 04-03T10:00'],
    ],
    ['that is cancelled', event('DTSTART;VALUE=DATE:20260403', 'STATUS:CANCELLED'), []],
    ['at a time that is marked as free', event('DTSTART:20260403T090000Z', 'DURATION:PT1H', 'TRANSP:TRANSPARENT'), []],
    [
      'of a day that is marked as free, as holidays are',
      event('DTSTART;VALUE=DATE:20260403', 'TRANSP:TRANSPARENT'),
      ['04-02T22:00 → 04-03T22:00'],
    ],
    ['that is over', event('DTSTART;VALUE=DATE:20250403'), []],
    [
      "in a zone of Outlook's",
      [...outlookZone, ...event('DTSTART;TZID=W. Europe Standard Time:20260403T090000', 'DURATION:PT1H')],
      ['04-03T07:00 → 04-03T08:00'],
    ],
    [
      'in a zone with a prefix',
      event('DTSTART;TZID=/citadel.org/20250321_1/Europe/Berlin:20260403T090000', 'DURATION:PT1H'),
      ['04-03T07:00 → 04-03T08:00'],
    ],
    ['on a folded line', event('DTSTART;VALUE=DATE:2026', ' 0403', 'SUMMARY:a\\, b'), ['04-02T22:00 → 04-03T22:00']],
  ])('%s', async (_, lines, expected) => {
    expect(await read(...lines)).toEqual(expected);
  });
});

describe('an event that repeats', () => {
  const hours = (...lines: string[]) => event('UID:1', 'DTSTART:20260302T100000', 'DTEND:20260302T110000', ...lines);

  test.each<[string, string[], string[]]>([
    ['each week', hours('RRULE:FREQ=WEEKLY;COUNT=2'), ['03-02T09:00 → 03-02T10:00', '03-09T09:00 → 03-09T10:00']],
    [
      'at the same time of the wall clock',
      hours('RRULE:FREQ=WEEKLY;INTERVAL=4;COUNT=2'),
      ['03-02T09:00 → 03-02T10:00', '03-30T08:00 → 03-30T09:00'],
    ],
    [
      'on a list of days of the month',
      hours('RRULE:FREQ=MONTHLY;BYMONTHDAY=2,-1;COUNT=3'),
      ['03-02T09:00 → 03-02T10:00', '03-31T08:00 → 03-31T09:00', '04-02T08:00 → 04-02T09:00'],
    ],
    [
      'until a moment in UTC',
      hours('RRULE:FREQ=DAILY;UNTIL=20260303T090000Z'),
      ['03-02T09:00 → 03-02T10:00', '03-03T09:00 → 03-03T10:00'],
    ],
    ['until before that moment', hours('RRULE:FREQ=DAILY;UNTIL=20260303T085959Z'), ['03-02T09:00 → 03-02T10:00']],
    [
      'except on some days',
      hours('RRULE:FREQ=DAILY;COUNT=4', 'EXDATE:20260303T100000,20260304T090000Z', 'EXDATE;VALUE=DATE:20260305'),
      ['03-02T09:00 → 03-02T10:00'],
    ],
    [
      'and on days of a list',
      hours('RDATE:20260310T100000', 'RRULE:FREQ=DAILY;COUNT=1'),
      ['03-02T09:00 → 03-02T10:00', '03-10T09:00 → 03-10T10:00'],
    ],
    [
      'with one time moved and one cancelled',
      [
        ...hours('RRULE:FREQ=DAILY;COUNT=3'),
        ...event('UID:1', 'RECURRENCE-ID:20260303T090000Z', 'DTSTART:20260303T150000', 'DURATION:PT1H'),
        ...event(
          'UID:1',
          'RECURRENCE-ID:20260304T100000',
          'DTSTART:20260304T100000',
          'DURATION:PT1H',
          'STATUS:CANCELLED',
        ),
      ],
      ['03-02T09:00 → 03-02T10:00', '03-03T14:00 → 03-03T15:00'],
    ],
    ['since decades', event('DTSTART;VALUE=DATE:19501225', 'RRULE:FREQ=YEARLY'), ['12-24T23:00 → 12-25T23:00']],
  ])('%s', async (_, lines, expected) => {
    expect((await read(...lines)).slice(0, 4)).toEqual(expected);
  });
});

describe('what cannot be read is reported with its line', () => {
  test.each<[string, string[], string]>([
    [
      'an end before the start',
      event('DTSTART:20260403T090000', 'DTEND:20260403T080000'),
      'line 5: DTEND:20260403T080000 is before DTSTART',
    ],
    ['a day before the start', event('DTSTART;VALUE=DATE:20260403', 'DTEND;VALUE=DATE:20260401'), 'line 5'],
    ['an end of another kind', event('DTSTART;VALUE=DATE:20260403', 'DTEND:20260404T080000'), 'line 5'],
    ['an end and a duration', event('DTSTART:20260403T090000', 'DTEND:20260403T100000', 'DURATION:PT1H'), 'line 6'],
    ['a time without a length', event('DTSTART:20260403T090000'), 'line 3: an event at a time has no length'],
    ['a duration that is none', event('DTSTART:20260403T090000', 'DURATION:90 minutes'), 'line 5'],
    ['an empty duration', event('DTSTART:20260403T090000', 'DURATION:PT'), 'line 5'],
    ['a day of no calendar', event('DTSTART;VALUE=DATE:20260231'), 'line 4: "20260231" is not a date'],
    [
      'a rule without a frequency',
      event('DTSTART;VALUE=DATE:20260403', 'RRULE:COUNT=3'),
      'line 5: the gate cannot read RRULE:COUNT=3',
    ],
    ['a frequency that is none', event('DTSTART;VALUE=DATE:20260403', 'RRULE:FREQ=OFTEN'), 'line 5'],
    ['a day of the week that is none', event('DTSTART;VALUE=DATE:20260403', 'RRULE:FREQ=WEEKLY;BYDAY=XX'), 'line 5'],
    [
      'a rule of another calendar',
      event('DTSTART;VALUE=DATE:20260403', 'RRULE:RSCALE=HEBREW;FREQ=YEARLY'),
      'line 5: the gate cannot read RRULE:RSCALE=HEBREW;FREQ=YEARLY: "RSCALE=HEBREW" is not',
    ],
    [
      'a rule for machines',
      event('DTSTART:20260303T090000', 'DURATION:PT1S', 'RRULE:FREQ=SECONDLY'),
      'line 6: the gate cannot read RRULE:FREQ=SECONDLY',
    ],
    ['a rule that leaves out', event('DTSTART;VALUE=DATE:20260403', 'EXRULE:FREQ=YEARLY'), 'line 5: EXRULE'],
    [
      'a change of all later times',
      event('UID:1', 'RECURRENCE-ID;RANGE=THISANDFUTURE:20260403', 'DTSTART;VALUE=DATE:20260404'),
      'line 5: RECURRENCE-ID',
    ],
    [
      'an end of something else',
      ['BEGIN:VEVENT', 'DTSTART;VALUE=DATE:20260403', 'END:VTODO'],
      'line 3: the VEVENT that begins here has no END:VEVENT',
    ],
  ])('%s', async (_, lines, words) => {
    await expect(read(...lines)).rejects.toThrow(words);
  });
});

describe('150 generated rules repeat as rrule repeats them', () => {
  const chance = random(20_260_301);
  const pick = <T>(...items: T[]) => items[Math.floor(chance() * items.length)] as T;
  const list = (...items: (string | number)[]) => [...new Set([pick(...items), pick(...items)])].join(',');
  const maybe = (part: string) => (chance() < 0.4 ? [part] : []);

  function generate(): string {
    const freq = pick('DAILY', 'WEEKLY', 'MONTHLY', 'YEARLY');
    const end =
      chance() < 0.3 ? [`COUNT=${pick(1, 5, 30)}`] : maybe(`UNTIL=2026${pick('0401', '0715', '1231')}T090000Z`);
    const days = pick('MO', 'TU', 'WE', 'TH', 'FR', 'SA', 'SU');
    // rrule finds nothing for `2SA,WE`, so a list has an ordinal in each of its parts or in none.
    const ordinals = chance() < 0.6 ? list(`1${days}`, `-1${days}`, '2SA') : list(days, 'TU');
    const byDay = freq === 'MONTHLY' ? ordinals : list('MO', 'WE', 'FR', 'SU', days);
    const parts = {
      DAILY: [...maybe(`BYDAY=${list('MO', 'TU', 'SA')}`), ...maybe(`BYMONTH=${list(3, 4, 12)}`)],
      WEEKLY: [...maybe(`BYDAY=${byDay}`), ...maybe('WKST=SU')],
      MONTHLY: pick(maybe(`BYDAY=${byDay}`), maybe(`BYMONTHDAY=${list(1, 15, 29, 31, -1, -2)}`), [
        `BYDAY=MO,TU,WE,TH,FR;BYSETPOS=${pick(1, -1)}`,
      ]),
      YEARLY: pick(
        [...maybe(`BYMONTH=${list(1, 3, 6, 12)}`), ...maybe(`BYMONTHDAY=${list(1, 15, 24, -1)}`)],
        [`BYMONTH=${list(5, 11)}`, `BYDAY=${pick('-1MO', '4TH', 'FR')}`],
        [`BYYEARDAY=${list(1, 100, 200, -1)}`],
        [`BYWEEKNO=${pick(1, 20, 52)}`, `BYDAY=${list('MO', 'FR')}`],
      ),
    };
    return [`FREQ=${freq}`, ...maybe(`INTERVAL=${pick(2, 3)}`), ...end, ...parts[freq]].join(';');
  }

  const rules = [...new Set(Array.from({ length: 150 }, generate))];

  test('in UTC', async () => {
    const differing: string[] = [];
    for (const rule of rules) {
      // A start that the rule does not fit is undefined (RFC 5545, section 3.8.5.3), so the first fitting day is the start.
      const first = rrule.rrulestr(`DTSTART:20260302T090000Z\nRRULE:${rule}`).all((_, count) => count < 1)[0];
      if (first === undefined) continue;
      const start = `DTSTART:${first.toISOString().replace(/[-:]|\.\d+/g, '')}`;
      const end = new Date('2027-03-01T00:00:00Z');
      const expected = rrule.rrulestr(`${start}\nRRULE:${rule}`).between(new Date(now), end).map(Number);
      const closed = await readCalendar(calendar(...event(start, 'DURATION:PT1H', `RRULE:${rule}`)), 'UTC', now);
      const actual = closed.map(({ from }) => from).filter(from => from < end.getTime());
      if (actual.join() !== expected.join()) differing.push(rule);
    }
    expect(differing).toEqual([]);
  });
});
