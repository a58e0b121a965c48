import { readFile } from 'node:fs/promises';
import type { Window } from '../../../config/schema/preflight/window.ts';
import { concludeFrom, type Outcome } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { type Finding, type FindingKind, found, type Place } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import { pluralize } from '../../../core/plural.ts';
import type { Override } from '../../../core/record.ts';
import { endSentence } from '../../../core/sentence.ts';
import { listApprovers } from '../change/approvals.ts';
import type { PreflightOptions, Section } from '../section.ts';
import { type Closed, readCalendar, UnreadableCalendar } from './calendar/index.ts';
import { getLocalTime } from './local-time.ts';
import { explainClosed, findNextOpening } from './schedule.ts';

export const windowClosed: FindingKind = {
  code: 'window/closed',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'No release may begin now.',
  cause: 'The day or hour is outside the window, or falls on a holiday, a freeze or an event of the calendar.',
  help: 'Wait for the next opening. In an emergency, set the input `override` to the reason; the release record keeps it.',
};

export const neverOpens: FindingKind = {
  code: 'window/never-opens',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'No release may begin now or at any time within a year, which is probably a mistake.',
  cause: 'A `never` covers all of `open`, or freezes, holidays or the calendar cover what is left.',
  help: 'Compare `open` with `never`, `holidays`, `freezes` and the calendar, and remove what closes everything.',
};

export const overridden: FindingKind = {
  code: 'window/overridden',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'An override lets the release begin outside the window. Every other check still applies.',
  cause: 'An emergency.',
  help: 'Keep someone available who can roll the release back. The release record has the reason.',
};

export const unreadableCalendar: FindingKind = {
  code: 'window/unreadable-calendar',
  severity: 'error',
  boundary: 'delivery',
  meaning: "The gate cannot read the window's calendar, so it cannot tell whether a release may begin.",
  cause: 'The file does not exist, is not iCalendar, or has an event that is not valid.',
  help: 'Fix the line in the message, or export the calendar again.',
};

export const calendarOver: FindingKind = {
  code: 'window/calendar-over',
  severity: 'warning',
  boundary: 'delivery',
  meaning: "The window's calendar has no event from now on, so it closes nothing.",
  cause: 'The file is that of a past year.',
  help: "Export the calendar again, with this year's and the next year's events.",
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
  if (why === undefined) return concludeFrom(warnOfPastCalendar(window, calendar, place), detail);
  const closed = `It is ${detail}, and the window is closed: ${why}.`;
  const override = await findOverride(window.override, options, now);
  if (override && 'by' in override) {
    const message = `${closed} ${override.by} overrides it: ${endSentence(override.reason)}`;
    return { verdict: 'passed', findings: [found(overridden, { message, place })], detail, value: override };
  }
  const next = findNextOpening(window, calendar, now);
  if (next === undefined) {
    const message = `${closed} It does not open within a year.`;
    return { verdict: 'error', findings: [found(neverOpens, { message, place })], detail };
  }
  const missing = override ? ` ${override.missing}` : '';
  const message = `${closed} It opens ${describeMoment(next, window.timezone)}.${missing}`;
  return concludeFrom([found(windowClosed, { message, place })], detail);
}

function warnOfPastCalendar({ calendar: path }: Window, events: Closed[], place: Place): Finding[] {
  if (path === undefined || events.length > 0) return [];
  return [found(calendarOver, { message: `The calendar ${path} has no event from now on.`, place })];
}

/** The override that the input or an approved pull request gives, or what a labelled pull request lacks for it. */
async function findOverride(
  { label, approvals }: Window['override'],
  { override, actor, commit, facts }: PreflightOptions,
  now: number,
): Promise<Override | { missing: string } | undefined> {
  const at = new Date(now).toISOString();
  if (override.trim() !== '')
    return { gate: 'preflight', what: 'window', reason: override.trim(), by: actor || 'the workflow', at };
  if (label === undefined) return undefined;
  const pull = await facts.pullRequest(commit);
  if (!pull?.labels.some(name => name.toLowerCase() === label.toLowerCase())) return undefined;
  const approvers = listApprovers(pull);
  const has = `Pull request #${pull.number} has the label "${label}", but`;
  if (pull.changesRequestedBy.length > 0)
    return { missing: `${has} ${pull.changesRequestedBy.join(', ')} asked for changes.` };
  if (approvers.length < approvals)
    return { missing: `${has} only ${approvers.length} of ${pluralize(approvals, 'approval')}.` };
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
    return await readCalendar(await readFile(file, 'utf8'), timezone, clock.now());
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
  const { weekday, date, time } = getLocalTime(at, timezone);
  return `${weekday} ${date} ${time} in ${timezone}`;
}
