import type { Verdict } from '../../../core/verdict.ts';
import type { SmokeReport } from '../gate.ts';
import type { TakenStep } from '../run.ts';

/**
 * The report as JUnit XML, which test viewers read: a suite for each flow, a case for each step. Times are in seconds.
 */
export function junitOf(report: SmokeReport): string {
  const suites = report.checks.map(check => {
    const flow = check.name.replace(/^flows\./, '');
    const steps = report.taken.filter(step => step.flow === flow);
    const cases = steps.map(caseOf).join('');
    const counts = `tests="${steps.length}" failures="${count(steps, ['failed'])}" errors="${count(steps, ['error', 'inconclusive'])}"`;
    const time = seconds(check.finishedAt - check.startedAt);
    const at = new Date(check.startedAt).toISOString();
    return `  <testsuite name="${xml(flow)}" ${counts} time="${time}" timestamp="${at}">\n${cases}  </testsuite>\n`;
  });
  const time = seconds(report.finishedAt - report.startedAt);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="smoke-test" time="${time}">\n${suites.join('')}</testsuites>\n`;
}

/** What is wrong with the release is a failure; what kept a step from being taken is an error. */
function caseOf(step: TakenStep): string {
  const { flow, label, title, verdict, findings, failureClass } = step;
  const head = `    <testcase classname="${xml(flow)}" name="${xml(`${label.replace(`${flow}, `, '')}: ${title}`)}" time="${seconds(step.finishedAt - step.startedAt)}"`;
  if (verdict === 'passed') return `${head}/>\n`;
  const tag = verdict === 'failed' ? 'failure' : 'error';
  const text = findings
    .map(
      ({ code, message, help, place }) =>
        `${code}: ${message} ${help}${place ? ` (${place.path}:${place.line ?? 1})` : ''}`,
    )
    .join('\n');
  const message = xml(findings[0]?.message ?? verdict);
  return `${head}>\n      <${tag} type="${failureClass ?? verdict}" message="${message}">${xml(text)}</${tag}>\n    </testcase>\n`;
}

function count(steps: TakenStep[], verdicts: Verdict[]): number {
  return steps.filter(({ verdict }) => verdicts.includes(verdict)).length;
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(3);
}

/** XML 1.0 has no way to write most control characters, so they are left out. */
function xml(text: string): string {
  return text
    .replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, '')
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replace(/[\n\r\t]/g, character => `&#${character.charCodeAt(0)};`);
}
