import { locateErrors } from '../locate-errors.ts';
import type { PreflightCheck, Section } from '../section.ts';
import { alerts } from './alerts.ts';
import { approvals } from './approvals.ts';
import { checks } from './checks.ts';
import { deployedBefore } from './deployed.ts';
import { sentry } from './sentry.ts';

const all = [checks, approvals, alerts, deployedBefore, sentry];

/** What must hold for the commit itself. */
export const planChangeChecks: Section = ({ config, commit, facts }, context) => {
  const { change } = config.preflight;
  if (change === undefined) return [];
  return all.flatMap(({ name, boundary, plan }): PreflightCheck[] => {
    const check = plan(change);
    if (check === undefined) return [];
    const findPlace = (...key: (string | number)[]) => config.placeOfKey(['preflight', 'change', name, ...key]);
    const place = findPlace();
    const run = (signal: AbortSignal) => check({ commit, facts, context: { ...context, signal }, place, findPlace });
    const source = { key: `preflight.change.${name}`, place };
    return [{ name: `change.${name}`, boundary, run: locateErrors(source, run) }];
  });
};
