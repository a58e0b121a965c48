import { readFile } from 'node:fs/promises';
import type { Configuration } from '../../../config/load.ts';
import { type Check, concludeFrom, type Outcome } from '../../../core/check.ts';
import type { CommitFacts } from '../../../core/commit-facts.ts';
import type { GateContext } from '../../../core/context.ts';
import { formatError, GateError } from '../../../core/errors.ts';
import { type FindingKind, found, type Place } from '../../../core/finding.ts';
import { resolveWithin } from '../../../core/path-within.ts';
import type { Override } from '../../../core/record.ts';
import { approversOf } from '../change/approvals.ts';
import { type Closed, readCalendar, UnreadableCalendar } from './calendar.ts';
import { localTime } from './local-time.ts';
import { nextOpening, whyClosed } from './schedule.ts';

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

export interface WindowOptions {
  commit: string;
  facts: CommitFacts;
  /** The reason of an emergency, from the input; empty when there is none. */
  override: string;
  /** Who started the run. */
  actor: string;
}

/** Whether now is a time to release. `onOverride` hears of an override that took effect, for the release record. */
export function windowCheck(
  config: Configuration,
  options: WindowOptions,
  context: GateContext,
  onOverride: (override: Override) => void,
): Check[] {
  const { window } = config.preflight;
  if (window === undefined) return [];
  const place = config.placeOfKey(['preflight', 'window']);
  return [
    {
      name: 'window',
      boundary: 'delivery',
      run: async (): Promise<Outcome> => {
        const now = context.clock.now();
        const calendar =
          window.calendar === undefined ? [] : await calendarOf(window.calendar, window.timezone, now, context, place);
        const clock = shown(now, window.timezone);
        const why = whyClosed(window, calendar, now);
        if (why === undefined) return concludeFrom([], clock);
        const override = await overrideOf(window.override, options, now);
        if (override) {
          onOverride(override);
          const message = `It is ${clock}, and the window is closed: ${why}. Overridden by ${override.by}: ${override.reason}`;
          return concludeFrom([found(overridden, { message, place })], clock);
        }
        const next = nextOpening(window, calendar, now);
        const closed = `It is ${clock}, and the window is closed: ${why}.`;
        if (next === undefined) {
          const message = `${closed} It does not open within a year.`;
          return { verdict: 'error', findings: [found(neverOpens, { message, place })], detail: clock };
        }
        const message = `${closed} It opens ${shown(next, window.timezone)}.`;
        return concludeFrom([found(windowClosed, { message, place })], clock);
      },
    },
  ];
}

async function overrideOf(
  { label, approvals }: { label?: string | undefined; approvals: number },
  { override, actor, commit, facts }: WindowOptions,
  now: number,
): Promise<Override | undefined> {
  const at = new Date(now).toISOString();
  if (override.trim() !== '')
    return { gate: 'preflight', what: 'window', reason: override.trim(), by: actor || 'the workflow', at };
  if (label === undefined) return undefined;
  const pull = await facts.pullRequest(commit);
  if (!pull?.labels.includes(label)) return undefined;
  const approvers = approversOf(pull);
  if (approvers.length < approvals || pull.changesRequestedBy.length > 0) return undefined;
  const reason = `pull request #${pull.number} has the label "${label}"`;
  return { gate: 'preflight', what: 'window', reason, by: approvers.join(', '), at };
}

async function calendarOf(
  path: string,
  timezone: string,
  now: number,
  { workspace }: GateContext,
  place: Place,
): Promise<Closed[]> {
  try {
    const file = await resolveWithin(workspace, path);
    if (file === undefined) throw new UnreadableCalendar('it is outside the repository');
    return readCalendar(await readFile(file, 'utf8'), timezone, now);
  } catch (error) {
    const reason =
      error instanceof UnreadableCalendar
        ? error.message
        : `it could not be opened: ${formatError(error).replace(/, \w+( '.*')?$/, '')}`;
    throw new GateError([
      found(unreadableCalendar, { message: `The calendar ${path} cannot be read; ${reason}.`, place }),
    ]);
  }
}

function shown(at: number, timezone: string): string {
  const { weekday, date, time } = localTime(at, timezone);
  return `${weekday} ${date} ${time} in ${timezone}`;
}
