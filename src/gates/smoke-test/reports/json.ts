import type { SmokeReport } from '../gate.ts';

/**
 * The report as JSON: each flow with its steps, what was found, and what class of failure it is. Times are ISO 8601.
 */
export function jsonOf(report: SmokeReport): string {
  const flows = report.checks.map(check => {
    const name = check.name.replace(/^flows\./, '');
    return {
      name,
      boundary: check.boundary,
      verdict: check.verdict,
      detail: check.detail,
      ...times(check),
      findings: check.findings,
      steps: report.taken
        .filter(step => step.flow === name)
        .map(({ label, title, verdict, detail, findings, failureClass, ...step }) => ({
          label,
          title,
          verdict,
          ...(failureClass && { class: failureClass }),
          detail,
          ...times(step),
          findings: findings.map(({ code }) => code),
        })),
    };
  });
  const { verdict, headline } = report;
  return `${JSON.stringify({ gate: 'smoke-test', verdict, headline, ...times(report), flows }, undefined, 2)}\n`;
}

function times({ startedAt, finishedAt }: { startedAt: number; finishedAt: number }) {
  return { startedAt: new Date(startedAt).toISOString(), milliseconds: finishedAt - startedAt };
}
