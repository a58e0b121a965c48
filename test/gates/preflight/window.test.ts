import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { GateError } from '../../../src/core/errors.ts';
import { findMoment, getLocalTime } from '../../../src/gates/preflight/window/local-time.ts';
import { onCleanUp } from '../../support/clean-up.ts';
import { parseConfiguration } from '../../support/configuration.ts';
import { clockAt, codes, run, seen } from './support.ts';

const weekdays =
  'timezone: America/New_York, open: [{ days: [mon, tue, wed, thu, fri], from: "10:00", to: "14:00" }], never: [{ days: [fri], from: "12:00" }]';
const at = (moment: string, window = weekdays, more = {}) =>
  run(`window: { ${window} }`, { clock: clockAt(moment), ...more });

describe('[V4] the window', () => {
  test.each([
    ['2026-03-02T15:00:00Z', 'Monday at 10:00'],
    ['2026-03-02T18:59:00Z', 'Monday at 13:59'],
    ['2026-03-09T14:00:00Z', 'Monday at 10:00, an hour earlier by UTC since summer time began'],
    ['2026-03-06T16:59:00Z', 'Friday at 11:59'],
  ])('is open at %s: %s', async moment => {
    expect((await at(moment)).verdict).toBe('passed');
  });

  test.each([
    [
      '2026-03-02T14:59:00Z',
      'releases may begin on mon, tue, wed, thu, fri from 10:00 to 14:00. It opens mon 2026-03-02 10:00',
    ],
    ['2026-03-02T19:00:00Z', 'It opens tue 2026-03-03 10:00'],
    ['2026-03-06T17:00:00Z', '`never` applies on fri from 12:00 to 24:00. It opens mon 2026-03-09 10:00'],
    ['2026-03-07T15:00:00Z', 'It is sat 2026-03-07 10:00 in America/New_York'],
  ])('is closed at %s: %s', async (moment, words) => {
    const report = await at(moment);
    expect(codes(report)).toEqual(['error window/closed']);
    expect(seen(report)).toContain(words);
  });

  test('is closed on holidays and in freezes, and says when it opens after them', async () => {
    const closed = `${weekdays}, holidays: [2026-12-24], freezes: [{ from: 2026-12-28, to: 2027-01-03, reason: end of the year }]`;
    const holiday = seen(await at('2026-12-24T16:00:00Z', closed));
    expect(holiday).toContain('2026-12-24 is a holiday. It opens fri 2026-12-25 10:00');
    const freeze = seen(await at('2026-12-29T16:00:00Z', closed));
    expect(freeze).toContain('end of the year (2026-12-28 to 2027-01-03). It opens mon 2027-01-04 10:00');
  });

  test('that never opens says so', async () => {
    const never = 'timezone: UTC, open: [{ days: [mon] }], never: [{ days: [mon] }]';
    const report = await at('2026-03-03T12:00:00Z', never);
    expect([report.verdict, codes(report)]).toEqual(['error', ['error window/never-opens']]);
    expect(seen(report)).toContain('It does not open within a year');
  });

  test.each([
    ['an unknown time zone', 'timezone: Mars/Olympus, open: [{}]', 'an IANA time zone'],
    ['an offset', 'timezone: "+01:00", open: [{}]', 'an IANA time zone'],
    ['an hour that does not exist', 'timezone: UTC, open: [{ from: "25:00" }]', 'a time of day'],
    ['one after the end of the day', 'timezone: UTC, open: [{ to: "24:30" }]', 'a time of day'],
    [
      'a span that ends before it begins',
      'timezone: UTC, open: [{ from: "22:00", to: "02:00" }]',
      'across midnight into two',
    ],
    ['something that is not a date', 'timezone: UTC, open: [{}], holidays: [2026-02-30]', 'a date, such as'],
    [
      'a freeze that ends before it begins',
      'timezone: UTC, open: [{}], freezes: [{ from: 2026-02-02, to: 2026-02-01 }]',
      'not after its',
    ],
  ])('is refused with %s', (_, window, words) => {
    const parse = () =>
      parseConfiguration(`preflight: { window: { ${window} } }`, { path: 'c.yml', environment: '', commit: '' });
    expect(parse).toThrow(GateError);
    expect(parse).toThrow(words);
  });
});

describe('a calendar', () => {
  function workspaceWith(...lines: string[]): { workspace: string } {
    const workspace = mkdtempSync(join(tmpdir(), 'release-gates-calendar-'));
    onCleanUp(() => rmSync(workspace, { recursive: true, force: true }));
    writeFileSync(
      join(workspace, 'days.ics'),
      ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n'),
    );
    return { workspace };
  }
  const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
  const always = 'timezone: Europe/Berlin, open: [{}], calendar: days.ics';

  test.each([
    [
      'a day',
      event('DTSTART;VALUE=DATE:20260403', 'SUMMARY:Good', ' Friday'),
      '2026-04-03T10:00:00Z',
      '"GoodFriday" in the calendar. It opens sat 2026-04-04 00:00',
    ],
    [
      'several days',
      event('DTSTART;VALUE=DATE:20260403', 'DTEND;VALUE=DATE:20260407', 'SUMMARY:Easter'),
      '2026-04-06T10:00:00Z',
      '"Easter" in the calendar. It opens tue 2026-04-07 00:00',
    ],
    [
      'hours in UTC',
      event('DTSTART:20260403T090000Z', 'DTEND:20260403T110000Z', 'SUMMARY:Talk'),
      '2026-04-03T10:00:00Z',
      'It opens fri 2026-04-03 13:00',
    ],
    [
      'hours elsewhere',
      event('DTSTART;TZID=America/New_York:20260403T060000', 'DTEND;TZID=America/New_York:20260403T070000'),
      '2026-04-03T10:30:00Z',
      'It opens fri 2026-04-03 13:00',
    ],
    [
      'the same day of each year',
      event('DTSTART;VALUE=DATE:20201225', 'RRULE:FREQ=YEARLY', 'SUMMARY:Christmas'),
      '2026-12-25T10:00:00Z',
      '"Christmas"',
    ],
  ])('closes the window for %s', async (_, lines, moment, words) => {
    const report = await at(moment, always, workspaceWith(...lines));
    expect(seen(report)).toContain(words);
    expect((await at('2026-04-20T10:00:00Z', always, workspaceWith(...lines))).verdict).toBe('passed');
  });

  test.each([
    ['something that is not a date', 'timezone: UTC, open: [{}], holidays: [2026-02-30]', 'a date, such as'],
    [
      'a freeze that ends before it begins',
      'timezone: UTC, open: [{}], freezes: [{ from: 2026-02-02, to: 2026-02-01 }]',
      'not after its',
    ],
  ])('is refused with %s', (_, window, words) => {
    const parse = () =>
      parseConfiguration(`preflight: { window: { ${window} } }`, { path: 'c.yml', environment: '', commit: '' });
    expect(parse).toThrow(GateError);
    expect(parse).toThrow(words);
  });
});

describe('a calendar', () => {
  function workspaceWith(...lines: string[]): { workspace: string } {
    const workspace = mkdtempSync(join(tmpdir(), 'release-gates-calendar-'));
    onCleanUp(() => rmSync(workspace, { recursive: true, force: true }));
    writeFileSync(
      join(workspace, 'days.ics'),
      ['BEGIN:VCALENDAR', 'VERSION:2.0', ...lines, 'END:VCALENDAR', ''].join('\r\n'),
    );
    return { workspace };
  }
  const event = (...lines: string[]) => ['BEGIN:VEVENT', ...lines, 'END:VEVENT'];
  const always = 'timezone: Europe/Berlin, open: [{}], calendar: days.ics';

  test.each([
    [
      'a day',
      event('DTSTART;VALUE=DATE:20260403', 'SUMMARY:Good', ' Friday'),
      '2026-04-03T10:00:00Z',
      '"GoodFriday" in the calendar. It opens sat 2026-04-04 00:00',
    ],
    [
      'several days',
      event('DTSTART;VALUE=DATE:20260403', 'DTEND;VALUE=DATE:20260407', 'SUMMARY:Easter'),
      '2026-04-06T10:00:00Z',
      '"Easter" in the calendar. It opens tue 2026-04-07 00:00',
    ],
    [
      'hours in UTC',
      event('DTSTART:20260403T090000Z', 'DTEND:20260403T110000Z', 'SUMMARY:Talk'),
      '2026-04-03T10:00:00Z',
      'It opens fri 2026-04-03 13:00',
    ],
    [
      'hours elsewhere',
      event('DTSTART;TZID=America/New_York:20260403T060000', 'DTEND;TZID=America/New_York:20260403T070000'),
      '2026-04-03T10:30:00Z',
      'It opens fri 2026-04-03 13:00',
    ],
    [
      'the same day of each year',
      event('DTSTART;VALUE=DATE:20201225', 'RRULE:FREQ=YEARLY', 'SUMMARY:Christmas'),
      '2026-12-25T10:00:00Z',
      '"Christmas"',
    ],
  ])('closes the window for %s', async (_, lines, moment, words) => {
    const report = await at(moment, always, workspaceWith(...lines));
    expect(seen(report)).toContain(words);
    expect((await at('2026-04-20T10:00:00Z', always, workspaceWith(...lines))).verdict).toBe('passed');
  });

  test.each([
    ['something that is not a date', event('DTSTART:soon'), 'line 4: "soon" is not a date'],
    ['a day that does not exist', event('DTSTART;VALUE=DATE:20261345'), 'line 4: "20261345" is not a date'],
    ['an event without a start', event('SUMMARY:x'), 'has no DTSTART'],
    ['what is no line', ['<html>'], 'line 3'],
    ['an event without an end', ['BEGIN:VEVENT', 'DTSTART:20260403'], 'no END:VEVENT'],
    ['an unknown time zone', event('DTSTART;TZID=Mars:20260403T060000'), 'the time zone "Mars" is unknown'],
  ])('is not guessed at: %s', async (_, lines, words) => {
    const report = await at('2026-04-03T10:00:00Z', always, workspaceWith(...lines));
    expect(report.verdict).toBe('error');
    expect(codes(report)).toEqual(['error window/unreadable-calendar']);
    expect(seen(report)).toContain(words);
  });

  test('whose events are all over is a warning', async () => {
    const past = workspaceWith(...event('DTSTART;VALUE=DATE:20250403'));
    const report = await at('2026-04-03T10:00:00Z', always, past);
    expect([report.verdict, codes(report)]).toEqual(['passed', ['warning window/calendar-over']]);
  });

  test('outside of the repository is not opened', async () => {
    const { workspace } = workspaceWith(...event('DTSTART;VALUE=DATE:20260403'));
    const inside = mkdtempSync(join(workspace, 'repository-'));
    const report = await at('2026-04-03T10:00:00Z', always.replace('days.ics', '../days.ics'), { workspace: inside });
    expect(codes(report)).toEqual(['error window/unreadable-calendar']);
    expect(seen(report)).toContain('it is outside the repository');
  });

  test('outside of the repository is not opened by way of a link', async () => {
    const { workspace } = workspaceWith(...event('DTSTART;VALUE=DATE:20260403'));
    const inside = mkdtempSync(join(workspace, 'repository-'));
    symlinkSync('../days.ics', join(inside, 'days.ics'));
    const report = await at('2026-04-03T10:00:00Z', always, { workspace: inside });
    expect(codes(report)).toEqual(['error window/unreadable-calendar']);
    expect(seen(report)).toContain('it is outside the repository');
  });

  test('that does not exist is reported without the path of the machine', async () => {
    const report = await at('2026-04-03T10:00:00Z', always, { workspace: '/not/there' });
    expect(codes(report)).toEqual(['error window/unreadable-calendar']);
    expect(seen(report)).not.toContain('/not/there');
  });
});

describe('[V17] an emergency', () => {
  const closed = '2026-03-07T15:00:00Z';
  const pull = {
    number: 7,
    author: 'ada',
    labels: ['hotfix'],
    approvals: [{ user: 'bo', mayWrite: true }],
    changesRequestedBy: [],
  };
  const labelled = `${weekdays}, override: { label: hotfix, approvals: 1 }`;

  test('with a reason opens the window, and is recorded', async () => {
    const report = await at(closed, weekdays, { override: 'customers cannot pay' });
    expect(report.verdict).toBe('passed');
    expect(codes(report)).toEqual(['warning window/overridden']);
    expect(report.record?.overrides).toEqual([
      { gate: 'preflight', what: 'window', reason: 'customers cannot pay', by: 'ada', at: '2026-03-07T15:00:00.000Z' },
    ]);
    expect(report.outputs).toEqual({ override: 'customers cannot pay' });
  });

  test('with a labelled and approved pull request does so too', async () => {
    const facts = { pullRequest: async () => pull };
    const report = await at(closed, labelled, { facts });
    expect(report.record?.overrides).toMatchObject([{ reason: 'pull request #7 has the label "hotfix"', by: 'bo' }]);
  });

  test('with a label in other letters does so too', async () => {
    const facts = { pullRequest: async () => ({ ...pull, labels: ['HotFix'] }) };
    expect((await at(closed, labelled, { facts })).verdict).toBe('passed');
  });

  test.each([
    ['without the label', { ...pull, labels: [] }, ''],
    ['without an approval', { ...pull, approvals: [] }, 'has the label "hotfix", but only 0 of 1 approval.'],
    ['approved by a stranger', { ...pull, approvals: [{ user: 'x', mayWrite: false }] }, 'only 0 of 1 approval.'],
    ['with changes asked for', { ...pull, changesRequestedBy: ['cy'] }, 'but cy asked for changes.'],
  ])('is none %s', async (_, other, words) => {
    const report = await at(closed, labelled, { facts: { pullRequest: async () => other } });
    expect(codes(report)).toEqual(['error window/closed']);
    expect(seen(report)).toContain(words);
  });

  test('skips nothing else', async () => {
    const report = await run(`window: { ${weekdays} }, change: { checks: [test] }`, {
      clock: clockAt(closed),
      override: 'now!',
    });
    expect(report.verdict).toBe('failed');
    expect(codes(report)).toEqual(['warning window/overridden', 'error change/check-not-green']);
  });

  test('within the window changes nothing', async () => {
    const report = await at('2026-03-02T15:00:00Z', weekdays, { override: 'in case' });
    expect([report.verdict, report.record?.overrides, report.outputs.override]).toEqual(['passed', undefined, '']);
  });
});

describe('wall clocks', () => {
  test.each([
    ['2026-03-29', '02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'], // left out: 02:00 became 03:00
    ['2026-10-25', '02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'], // comes twice
    ['2026-07-01', '24:00', 'Asia/Kolkata', '2026-07-01T18:30:00.000Z'],
    ['2026-01-01', '00:00', 'Pacific/Kiritimati', '2025-12-31T10:00:00.000Z'],
  ])('%s %s in %s is %s', (date, time, zone, moment) => {
    expect(new Date(findMoment(date, time, zone)).toISOString()).toBe(moment);
  });

  test('show the day of the zone', () => {
    expect(getLocalTime(Date.parse('2026-03-01T23:30:00Z'), 'Asia/Tokyo')).toEqual({
      date: '2026-03-02',
      weekday: 'mon',
      time: '08:30',
    });
  });
});
