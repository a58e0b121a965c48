import { readFile } from 'node:fs/promises';
import type { Window } from '../../../config/schema/preflight/window.ts';
import { concludeFrom, type Outcome, passed } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { type FindingKind, found, type Place } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import type { Override } from '../../../core/record.ts';
import { endSentence } from '../../../core/sentence.ts';
import { listApprovers } from '../change/approvals.ts';
import type { PreflightOptions, Section } from '../section.ts';
import { type Closed, readCalendar, UnreadableCalendar } from './calendar.ts';
import { localTime } from './local-time.ts';
import { explainClosed, findNextOpening } from './schedule.ts';

export const windowClosed: FindingKind = {
  code: 'window/closed',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'No release may begin now.',
  cause: 'A day or hour outside of the window, a holiday, or a freeze.',
  help: 'Wait for the next opening. In an emergency set the input `override` to the reason, which is recorded.',
};

export const neverOpens: FindingKind = {
  code: 'window/never-opens',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'No release may begin now, nor at any time within a year: that can hardly be meant.',
  cause: 'A `never` that takes out all of `open`, or a freeze, holidays or a calendar that leave nothing of it.',
  help: 'Compare `open` with `never`, `holidays`, `freezes` and the calendar, and take out what closes it all.',
};

export const overridden: FindingKind = {
  code: 'window/overridden',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'The release begins outside of the window, for the reason that is given; every other check still holds.',
  cause: 'An emergency.',
  help: 'Keep someone at hand who can take it back; the reason stands in the release record.',
};

export const unreadableCalendar: FindingKind = {
  code: 'window/unreadable-calendar',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The calendar of the window cannot be read, so it is not known whether a release may begin.',
  cause: 'A file that is not there, is no iCalendar, or has events that come back in a way that is not read.',
  help: 'Mend what is named, or export the calendar with its single days.',
};

/** Whether a release may begin now. */
export const planWindowCheck: Section = (options, context) => {
  const { window } = options.config.preflight;
  if (window === undefined) return [];
  return [{ name: 'window', boundary: 'delivery', run: () => checkWindow(window, options, context) }];
};

async function checkWindow(
  window: Window,
  options: PreflightOptions,
  context: GateContext,
): Promise<Outcome<Override>> {
  const place = options.config.placeOfKey(['preflight', 'window']);
  const now = context.clock.now();
  const calendar = await loadCalendar(window, place, context);
  const detail = describeMoment(now, window.timezone);
  const why = explainClosed(window, calendar, now);
  if (why === undefined) return passed(detail);
  const closed = `It is ${detail}, and the window is closed: ${why}.`;
  const override = await findOverride(window.override, options, now);
  if (override) {
    const message = `${closed} ${override.by} overrides it: ${endSentence(override.reason)}`;
    return { verdict: 'passed', findings: [found(overridden, { message, place })], detail, value: override };
  }
  const next = findNextOpening(window, calendar, now);
  if (next === undefined) {
    const message = `${closed} It does not open within a year.`;
    return { verdict: 'error', findings: [found(neverOpens, { message, place })], detail };
  }
  const message = `${closed} It opens ${describeMoment(next, window.timezone)}.`;
  return concludeFrom([found(windowClosed, { message, place })], detail);
}

/** The override that the input or an approved pull request gives, if one does. */
async function findOverride(
  { label, approvals }: Window['override'],
  { override, actor, commit, facts }: PreflightOptions,
  now: number,
): Promise<Override | undefined> {
  const at = new Date(now).toISOString();
  if (override.trim() !== '')
    return { gate: 'preflight', what: 'window', reason: override.trim(), by: actor || 'the workflow', at };
  if (label === undefined) return undefined;
  const pull = await facts.pullRequest(commit);
  if (!pull?.labels.includes(label)) return undefined;
  const approvers = listApprovers(pull);
  if (approvers.length < approvals || pull.changesRequestedBy.length > 0) return undefined;
  const reason = `pull request #${pull.number} has the label "${label}"`;
  return { gate: 'preflight', what: 'window', reason, by: approvers.join(', '), at };
}

async function loadCalendar(
  { calendar: path, timezone }: Window,
  place: Place,
  { workspace, clock }: GateContext,
): Promise<Closed[]> {
  if (path === undefined) return [];
  try {
    const file = await resolveWithin(workspace, path);
    if (file === undefined) throw new UnreadableCalendar('it is outside the repository');
    return readCalendar(await readFile(file, 'utf8'), timezone, clock.now());
  } catch (error) {
    const reason =
      error instanceof UnreadableCalendar
        ? error.message
        : `the file does not open: ${formatError(error).replace(/, \w+( '.*')?$/, '')}`;
    throw new GateError([
      found(unreadableCalendar, { message: `The gate cannot read the calendar ${path}: ${reason}.`, place }),
    ]);
  }
}

function describeMoment(at: number, timezone: string): string {
  const { weekday, date, time } = localTime(at, timezone);
  return `${weekday} ${date} ${time} in ${timezone}`;
}
