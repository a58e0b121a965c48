import { ChangeFailed } from '../clients/api/errors.ts';
import type { Finding } from '../core/finding.ts';
import type { Change, Live } from './platform.ts';

/** A change that came to nothing good, with what is live now. Throws a ChangeFailed where that cannot be asked. */
export async function failChange(
  findings: Finding[],
  live: (signal: AbortSignal) => Promise<Live>,
  signal: AbortSignal,
): Promise<Change> {
  try {
    return { verdict: 'failed', live: await live(signal), findings };
  } catch {
    signal.throwIfAborted();
    throw new ChangeFailed(findings); // why it has failed counts; whoever asks next says what is not known
  }
}
