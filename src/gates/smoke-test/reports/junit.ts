import type { Verdict } from '../../../core/verdict.ts';
import type { SmokeReport } from '../gate.ts';
import type { TakenStep } from '../run.ts';

/** The report as JUnit XML for test viewers: a suite for each flow, a case for each step. Times are in seconds. */
export function formatJunit(report: SmokeReport): string {
  const suites = report.checks.map(check => {
    const flow = check.name.replace(/^flows\./, '');
    const steps = report.taken.filter(step => step.flow === flow);
    const cases = steps.map(formatCase).join('');
    const counts = `tests="${steps.length}" failures="${countSteps(steps, ['failed'])}" errors="${countSteps(steps, ['error', 'inconclusive'])}"`;
    const time = formatSeconds(check.finishedAt - check.startedAt);
    const at = new Date(check.startedAt).toISOString();
    return `  <testsuite name="${escapeXml(flow)}" ${counts} time="${time}" timestamp="${at}">\n${cases}  </testsuite>\n`;
  });
  const time = formatSeconds(report.finishedAt - report.startedAt);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="smoke-test" time="${time}">\n${suites.join('')}</testsuites>\n`;
}

/** A bad release is a failure. A step that could not run is an error. */
function formatCase(step: TakenStep): string {
  const { flow, label, title, verdict, findings, failureClass } = step;
  const head = `    <testcase classname="${escapeXml(flow)}" name="${escapeXml(`${label.replace(`${flow}, `, '')}: ${title}`)}" time="${formatSeconds(step.finishedAt - step.startedAt)}"`;
  if (verdict === 'passed') return `${head}/>\n`;
  const tag = verdict === 'failed' ? 'failure' : 'error';
  const text = findings
    .map(
      ({ code, message, help, place }) =>
        `${code}: ${message} ${help}${place ? ` (${place.path}:${place.line ?? 1})` : ''}`,
    )
    .join('\n');
  const message = escapeXml(findings[0]?.message ?? verdict);
  return `${head}>\n      <${tag} type="${failureClass ?? verdict}" message="${message}">${escapeXml(text)}</${tag}>\n    </testcase>\n`;
}

function countSteps(steps: TakenStep[], verdicts: Verdict[]): number {
  return steps.filter(({ verdict }) => verdicts.includes(verdict)).length;
}

function formatSeconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** Drops most control characters, which XML 1.0 cannot represent. */
function escapeXml(text: string): string {
  return text
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\n\r\t]/g, character => `&#${character.charCodeAt(0)};`);
}
