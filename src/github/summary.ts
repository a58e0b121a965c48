import { appendFile } from 'node:fs/promises';
import type { CheckResult } from '../core/check.ts';
import type { Log } from '../core/context.ts';
import { formatDuration } from '../core/duration.ts';
import { formatError } from '../core/errors.ts';
import { boundaries } from '../core/finding.ts';
import { pluralize } from '../core/plural.ts';
import type { ReleaseRecord } from '../core/record.ts';
import { type GateReport, listFindings } from '../core/report.ts';
import type { Verdict } from '../core/verdict.ts';
import { formatPlace } from './log.ts';
import { escapeMarkdown, renderTable, renderTableWithin } from './markdown.ts';
import { renderPlots } from './plot.ts';
import { largestSummary, lights } from './summary-form.ts';
import { renderAccount } from './summary-of-release.ts';
import { renderGantt, renderTimeline } from './timeline.ts';

/**
 * Adds the report to the job summary. Does nothing without a file for it. A failure only goes to the log: a release must
 * not fail over its summary.
 */
export async function writeSummary(
  path: string | undefined,
  report: GateReport,
  record: ReleaseRecord,
  log: Log,
): Promise<void> {
  const { summary } = report;
  if (!path || summary === 'none') return;
  try {
    await appendFile(path, `${summary ? renderAccount(summary) : renderSummary(report, record)}\n`);
  } catch (error) {
    log.info(`The gate could not write the summary: ${formatError(error)}.`);
  }
}

/** Renders the report as Markdown. Rows that would make it too large are counted instead. */
export function renderSummary(report: GateReport, record: ReleaseRecord): string {
  const head = [`### ${lights[report.verdict]} ${report.gate}: ${report.verdict}`, escapeMarkdown(report.headline)];
  const sections = [
    renderFindings(report),
    renderBoundaries(report.checks),
    record.gates.length > 1 ? renderTimeline(record) : '',
    report.timeline && report.timeline.length > 0 ? renderGantt(report.timeline) : '',
    renderPlots(report.plots ?? []),
    renderChecks(report.checks),
  ].filter(section => section !== '');
  return [...head, ...sections].join('\n\n');
}

function renderBoundaries(checks: CheckResult[]): string {
  const rows = boundaries.flatMap(boundary => {
    const own = checks.filter(check => check.boundary === boundary);
    if (own.length === 0) return [];
    const count = (verdict: Verdict) => String(own.filter(check => check.verdict === verdict).length);
    return [[boundary, count('passed'), count('failed'), count('inconclusive'), count('error')]];
  });
  return rows.length === 0 ? '' : renderTable(['Boundary', 'Passed', 'Failed', 'Inconclusive', 'Error'], rows);
}

function renderFindings(report: GateReport): string {
  const rows = listFindings(report).map(({ severity, code, message, help, place }) => [
    severity,
    `<code>${escapeMarkdown(code)}</code>`,
    escapeMarkdown(message),
    escapeMarkdown(help),
    place ? escapeMarkdown(`\`${formatPlace(place)}\``) : '',
  ]);
  return renderTableWithin(largestSummary / 2, ['Severity', 'Finding', 'What happened', 'What to do', 'Place'], rows);
}

function renderChecks(checks: CheckResult[]): string {
  const rows = checks.map(check => [
    `${lights[check.verdict]} ${escapeMarkdown(check.name)}`,
    escapeMarkdown(check.detail ?? ''),
    formatDuration(check.finishedAt - check.startedAt),
  ]);
  const body = renderTableWithin(largestSummary / 4, ['Check', 'Result', 'Time'], rows);
  return body && `<details><summary>${pluralize(checks.length, 'check')}</summary>\n\n${body}\n\n</details>`;
}
