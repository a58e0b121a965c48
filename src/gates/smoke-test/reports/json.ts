import type { SmokeReport } from '../gate.ts';

/** The report as JSON: each flow with its steps, findings and classes of failure. Times are ISO 8601. */
export function formatJson(report: SmokeReport): string {
  const flows = report.checks.map(check => {
    const name = check.name.replace(/^flows\./, '');
    return {
      name,
      boundary: check.boundary,
      verdict: check.verdict,
      detail: check.detail,
      ...formatTimes(check),
      findings: check.findings,
      steps: report.taken
        .filter(step => step.flow === name)
        .map(({ label, title, verdict, detail, findings, failureClass, ...step }) => ({
          label,
          title,
          verdict,
          ...(failureClass && { class: failureClass }),
          detail,
          ...formatTimes(step),
          findings: findings.map(({ code }) => code),
        })),
    };
  });
  const { verdict, headline } = report;
  return `${JSON.stringify({ gate: 'smoke-test', verdict, headline, ...formatTimes(report), flows }, undefined, 2)}\n`;
}

function formatTimes({ startedAt, finishedAt }: { startedAt: number; finishedAt: number }) {
  return { startedAt: new Date(startedAt).toISOString(), milliseconds: finishedAt - startedAt };
}
