import { invalidInput } from '../../config/findings.ts';
import type { Service } from '../../config/schema/services.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';
import { findProfile } from '../../platforms/create-platform.ts';

/** `stage` builds the new version of a staged service without showing it to users, `promote` shows it, `all` does both. */
const phases = ['all', 'stage', 'promote'] as const;
export type Phase = (typeof phases)[number];
/** `stage` if a service is staged first, otherwise `all`. It lets one workflow fit every configuration. */
const stageIfAny = 'stage-if-any';

/** Marks the release instead of changing a service: the last step of a release that several gates verify. */
export const finishing = 'finish';

/** When a release that is live becomes a successful one: at the end of its job, or by a later step. */
const ends = ['job', 'later'] as const;
export type End = (typeof ends)[number];

/** The end in the input `finish`. Throws a GateError if it is unknown. */
export function parseEnd(text: string): End {
  const end = ends.find(known => known === (text || 'job'));
  if (end !== undefined) return end;
  const message = `The input \`finish\` is "${text}".`;
  throw new GateError([found(invalidInput, { message, help: suggestName(text, ends) })]);
}

/** The phase in the input. Throws a GateError if it is unknown, or if none of the services is staged first. */
export function parsePhase(text: string, services: { service: Service }[]): Phase {
  const staged = services.some(isStagedFirst);
  if (text === stageIfAny) return staged ? 'stage' : 'all';
  const phase = phases.find(known => known === (text || 'all'));
  if (phase === undefined) {
    const message = `The input \`phase\` is "${text}".`;
    throw new GateError([
      found(invalidInput, { message, help: suggestName(text, [...phases, stageIfAny, finishing]) }),
    ]);
  }
  if (phase === 'all' || staged) return phase;
  const message = `The input \`phase\` is "${phase}", but none of the services is staged first.`;
  const help = 'Set `strategy: stage-then-promote` for a service on Vercel, or leave `phase` out.';
  throw new GateError([found(invalidInput, { message, help })]);
}

function isStagedFirst({ service }: { service: Service }): boolean {
  return findProfile(service).isStagedFirst?.(service) ?? false;
}
