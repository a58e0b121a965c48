import type { CheckResult } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { type FindingKind, found } from '../core/finding.ts';
import { reportOutcome } from '../core/run-to-end.ts';

export const inContainer: FindingKind = {
  code: 'gate/in-container',
  severity: 'warning',
  boundary: 'delivery',
  meaning:
    'The job runs in a container, where a cancellation does not reach the gate: it goes on until the job ends, beside the rollback.',
  cause: 'The runner ends its `docker exec`, which passes no signal on to the process in the container.',
  help: 'Run the gates in a job without `container:`. Put what the build needs into a job of its own.',
};

/** The gates that change something. */
const changing = ['deploy', 'push-schema', 'rollback'];

/** Where the runner mounts its work folder in the container of a job (actions/runner, ContainerInfo.cs). */
const mounted = '/__w/';

/** One check for a gate that changes something in the container of a job, otherwise none. */
export function noticeContainer(gate: string, context: GateContext): CheckResult[] {
  const { GITHUB_WORKSPACE = '' } = context.variables;
  if (!changing.includes(gate) || !GITHUB_WORKSPACE.startsWith(mounted)) return [];
  const message = `${gate} runs in the container of its job, so a cancellation does not stop it.`;
  return [reportOutcome('job', { verdict: 'passed', findings: [found(inContainer, { message })] }, context)];
}
