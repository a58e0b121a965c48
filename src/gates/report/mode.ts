import { invalidInput } from '../../config/findings.ts';
import { GateError } from '../../core/errors.ts';
import { found } from '../../core/finding.ts';
import { suggestName } from '../../core/nearest.ts';

/** `start` runs before the other gates of the job, `end` after them. */
const modes = ['start', 'end'] as const;
export type Mode = (typeof modes)[number];

export function parseMode(text: string): Mode {
  const mode = modes.find(known => known === (text || 'end'));
  if (mode !== undefined) return mode;
  const message = `The input \`mode\` is "${text}".`;
  throw new GateError([found(invalidInput, { message, help: suggestName(text, modes) })]);
}
