import { findForm } from '../../../config/schema/smoke/steps.ts';
import type { Path, Step } from './model.ts';

/**
 * The code form of a step if this path of it is code, such as a command. A captured value must never become a part of
 * code, because whoever sent the value could then run anything.
 */
export function findCode(step: Step, path: Path) {
  const owner = [step, step.inner].find(each => each?.path.length === path.length - 1);
  const form = owner && findForm(owner.declared);
  return form?.key === path.at(-1) ? form?.code : undefined;
}
