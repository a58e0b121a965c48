import type { CheckResult } from '../../core/check.ts';
import type { GateContext } from '../../core/context.ts';
import { found } from '../../core/finding.ts';
import { combineVerdicts, type GateReport } from '../../core/report.ts';
import { reportOutcome, runToEnd } from '../../core/run-to-end.ts';
import { createRecordLock } from '../../release/lock.ts';
import { Recording } from '../../release/recording.ts';
import { describeHolder, locked } from '../../release/turn.ts';
import { type Begun, look } from './look.ts';
import type { DeployOptions } from './options.ts';

/** Reports what the release would change, in which order and with which obstacles. Changes nothing, and records nothing. */
export async function planRelease(options: DeployOptions, context: GateContext): Promise<GateReport> {
  const startedAt = context.clock.now();
  const recording = new Recording(options.releases, context);
  const [begun, turn] = await Promise.all([look(options, recording, context), checkTurn(options, recording, context)]);
  const checks = [...turn, ...begun.checks, ...recording.report()];
  const isPossible = combineVerdicts(checks) === 'passed';
  const plan = describePlan(begun, options);
  return {
    gate: 'deploy',
    verdict: combineVerdicts(checks),
    headline: `Dry run, nothing was changed. ${isPossible ? plan : `The release would not begin. ${plan}`}`,
    checks,
    outputs: { changed: '[]', services: '{}', staged: '{}', url: '', tag: '' },
    isDryRun: true,
    startedAt,
    finishedAt: context.clock.now(),
  };
}

/** Whether another release holds the environment right now. A release would wait for it. */
async function checkTurn(options: DeployOptions, recording: Recording, context: GateContext): Promise<CheckResult[]> {
  const lock = options.lock ?? createRecordLock(recording, options.record.environment);
  const run = async () => {
    const other = await lock.holder();
    if (other === undefined) return { verdict: 'passed' as const, findings: [] };
    const message = `Another release holds the environment: ${describeHolder(other)}. This one would wait for it.`;
    return { verdict: 'passed' as const, findings: [found(locked, { severity: 'warning', message })] };
  };
  const check = await runToEnd({ name: 'turn', boundary: 'delivery', run }, { ...context, onResult: () => {} });
  const isWorthReporting = check.verdict !== 'passed' || check.findings.length > 0;
  return isWorthReporting ? [reportOutcome('turn', check, context)] : [];
}

/** The services in the order of the release. */
function describePlan({ targets, waiting, later }: Begun, { needs, phase }: DeployOptions): string {
  const first = phase === 'stage' ? 'Would stage or deploy' : 'Would deploy';
  const steps = waiting.map(({ name }) => {
    const earlier = (needs.get(name) ?? []).filter(one => waiting.some(other => other.name === one));
    return earlier.length > 0 ? `${name} (after ${earlier.join(' and ')})` : name;
  });
  const live = targets.filter(target => !waiting.includes(target) && !later.has(target.name)).map(({ name }) => name);
  const sentences = [
    ...(steps.length > 0 ? [`${first} ${steps.join(', ')}.`] : ['Would change nothing.']),
    ...(later.size > 0 ? [`Left for the promotion: ${[...later].join(', ')}.`] : []),
    ...(live.length > 0 ? [`Live already: ${live.join(', ')}.`] : []),
  ];
  return sentences.join(' ');
}
