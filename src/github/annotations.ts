import { type AnnotationProperties, error, notice, warning } from '@actions/core';
import type { Finding, Severity } from '../core/finding.ts';
import { asSentence } from '../core/sentence.ts';

/** How many annotations of each severity a step may make. */
export type AnnotationLimits = Record<Severity, number>;

/** The runner keeps ten of each severity for one step and drops the rest (actions/runner, `_maxCountPerIssueType`). */
export const limitsOfStep: AnnotationLimits = { error: 10, warning: 10, notice: 10 };

/** A composite action is one step: its gates share the ten. The gate that fails and the rollback after it speak most. */
export const limitsInComposite: AnnotationLimits = { error: 5, warning: 1, notice: 1 };

/** Longer messages are cut by the runner. */
const longest = 4096;

const emit: Record<Severity, (message: string, properties: AnnotationProperties) => void> = { error, warning, notice };

/** Annotates the findings at their file and line; what is over the limit is counted in the last one. */
export function annotate(findings: Finding[], limits: AnnotationLimits): void {
  for (const severity of ['error', 'warning', 'notice'] as const) {
    const all = findings.filter(finding => finding.severity === severity);
    const shown = all.length > limits[severity] ? all.slice(0, limits[severity] - 1) : all;
    for (const finding of shown) emit[severity](messageOf(finding), propertiesOf(finding));
    const left = all.length - shown.length;
    if (left === 0) continue;
    const more = shown.length > 0 ? ' more' : '';
    emit[severity](`${left}${more} of this severity: see the summary and the log of this step.`, {
      title: 'release-gates',
    });
  }
}

function messageOf(finding: Finding): string {
  const message = `${asSentence(finding.seen)} ${finding.remedy}`;
  return message.length > longest ? `${message.slice(0, longest - 1)}…` : message;
}

function propertiesOf({ code, place }: Finding): AnnotationProperties {
  return {
    title: code,
    ...(place && { file: place.path }),
    ...(place?.line !== undefined && { startLine: place.line }),
    ...(place?.column !== undefined && { startColumn: place.column }),
  };
}
