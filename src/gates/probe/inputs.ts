import { invalidInput } from '../../config/findings.ts';
import { isHttpUrl } from '../../config/schema/common.ts';
import { httpProbeSchema } from '../../config/schema/probe/http.ts';
import { canPass } from '../../config/schema/probe/rules.ts';
import type { SimpleProbe } from '../../config/schema/probe.ts';
import type { GateContext } from '../../core/context.ts';
import { formatDuration } from '../../core/duration.ts';
import { GateError } from '../../core/errors.ts';
import { type Finding, found } from '../../core/finding.ts';
import { listControls, type Target } from '../../readiness/targets.ts';

export interface ProbeInputs {
  url: string;
  status: number | undefined;
  /** Milliseconds. */
  timeout: number | undefined;
  deadline: number | undefined;
  consecutive: number | undefined;
  /** Milliseconds. */
  for: number | undefined;
}

/** The one target that the inputs describe. Throws a GateError for inputs that are not valid. */
export function planTargetFromInputs(inputs: ProbeInputs, context: GateContext): Target {
  const { url, status, consecutive } = inputs;
  const findings = [
    ...(isHttpUrl(url) ? [] : [explainWrongInput('url', url, 'an http or https URL')]),
    ...(status === undefined || (status >= 100 && status <= 599)
      ? []
      : [explainWrongInput('status', status, 'an HTTP status from 100 to 599')]),
    ...(consecutive === 0 ? [explainWrongInput('consecutive', consecutive, 'at least 1')] : []),
  ];
  if (findings.length > 0) throw new GateError(findings);
  const defaults = httpProbeSchema.parse({ get: url });
  const probe = {
    ...defaults,
    expect: status === undefined ? {} : { status },
    timeout: inputs.timeout ?? defaults.timeout,
    deadline: inputs.deadline ?? defaults.deadline,
    consecutive: consecutive ?? defaults.consecutive,
    for: inputs.for ?? defaults.for,
  };
  if (!canPass(probe)) throw new GateError([explainTooShort(probe)]);
  return { name: 'url', controls: listControls(context), probe };
}

function explainTooShort(probe: Pick<SimpleProbe, 'deadline' | 'for'>): Finding {
  const [deadline, watch] = [formatDuration(probe.deadline), formatDuration(probe.for)];
  return found(invalidInput, {
    message: `The probe can never pass: the answers must stay good for ${watch} (\`for\`), but the \`deadline\` is ${deadline}.`,
    help: 'In the workflow, set the input `for` to less than `deadline`, or raise `deadline`.',
  });
}

function explainWrongInput(name: string, value: string | number, expected: string): Finding {
  return found(invalidInput, {
    message: `The input \`${name}\` is "${value}".`,
    help: `Set \`${name}\` to ${expected} in the workflow.`,
  });
}
