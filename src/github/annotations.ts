import { type AnnotationProperties, error, notice, warning } from '@actions/core';
import type { Finding, Severity } from '../core/finding.ts';
import { endSentence } from '../core/sentence.ts';

/** How many annotations of each severity a step may make. */
export type AnnotationLimits = Record<Severity, number>;

/** The runner keeps ten of each severity per step and drops the rest (actions/runner, `_maxCountPerIssueType`). */
export const limitsOfStep: AnnotationLimits = { error: 10, warning: 10, notice: 10 };

/** A composite action is one step, so its gates share the ten. Two of them report errors: a gate that fails, and rollback. */
export const limitsInComposite: AnnotationLimits = { error: 5, warning: 1, notice: 1 };

/** The runner truncates longer messages; characters. */
const longest = 4096;

const emit: Record<Severity, (message: string, properties: AnnotationProperties) => void> = { error, warning, notice };

/**
 * Annotates the findings at their file and line. The last annotation that fits also counts the findings that do not.
 */
export function annotate(findings: Finding[], limits: AnnotationLimits): void {
  for (const severity of ['error', 'warning', 'notice'] as const) {
    const all = findings.filter(finding => finding.severity === severity);
    const shown = all.slice(0, limits[severity]);
    const left = all.length - shown.length;
    const rest = left > 0 ? ` And ${left} more of this severity: see the summary or the log of this step.` : '';
    for (const finding of shown) {
      emit[severity](formatMessage(finding, finding === shown.at(-1) ? rest : ''), buildProperties(finding));
    }
  }
}

function formatMessage(finding: Finding, rest: string): string {
  const message = `${endSentence(finding.message)} ${finding.help}`;
  const room = longest - rest.length;
  return `${message.length > room ? `${message.slice(0, room - 1)}…` : message}${rest}`;
}

function buildProperties({ code, place }: Finding): AnnotationProperties {
  return {
    title: code,
    ...(place && { file: place.path }),
    ...(place?.line !== undefined && { startLine: place.line }),
    ...(place?.column !== undefined && { startColumn: place.column }),
  };
}
