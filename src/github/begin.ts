import { appendFileSync } from 'node:fs';
import { found } from '../core/finding.ts';
import { killed } from '../core/gate-findings.ts';

/** `runs.using` of each action.yml. */
const neededNode = 24;

let signalled: NodeJS.Signals | undefined;

/** The signal that came while the gate was loading. */
export function getEarlySignal(): NodeJS.Signals | undefined {
  return signalled;
}

/**
 * The first thing that a built gate does, before any other code is loaded: what interrupts it from here on is reported.
 * Its outputs say that it was killed until it overwrites them, as the runner keeps the last value of an output.
 */
export function begin(): void {
  process.exitCode = 1;
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      signalled ??= name;
    });
  }
  const major = Number.parseInt(process.versions.node, 10);
  if (major < neededNode) endWithoutNode(major);
  writeProvisionalOutputs('The gate ended before it could report.');
}

/** A runner on 32-bit ARM replaces Node.js 24 with 20 (actions/runner, HandlerFactory.cs). */
function endWithoutNode(major: number): never {
  const message = `release-gates needs Node.js ${neededNode}, and the runner started it with Node.js ${major}. Use a runner of version 2.327.1 or later on x64 or ARM64.`;
  writeProvisionalOutputs(message);
  process.stdout.write(`::error title=${killed.code}::${message}\n`);
  process.exit(1);
}

function writeProvisionalOutputs(message: string): void {
  const { GITHUB_OUTPUT: file } = process.env;
  if (!file) return;
  try {
    appendFileSync(file, `verdict=error\nfindings=${JSON.stringify([found(killed, { message })])}\n`);
  } catch {
    // The report at the end writes to the same file, and says why it cannot.
  }
}
