import type { AccountedGate, ReleaseAccount } from '../../../core/account.ts';
import { escapeMarkup } from './escape-markup.ts';

/**
 * JUnit's XML (the schema of Jenkins's xunit plug-in, junit-10.xsd): a gate is a test suite, a check is a test case. What
 * was not decided is an error and what did not run is skipped, so that neither counts as passed.
 */
export function renderJunit({ gates, environment }: ReleaseAccount): string {
  const suites = gates.filter(({ isDryRun }) => !isDryRun).map(renderSuite);
  const name = escapeMarkup(`release ${environment}`.trim());
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="${name}">\n${suites.join('\n')}\n</testsuites>\n`;
}

function renderSuite({ gate, verdict, headline, checks, startedAt }: AccountedGate): string {
  const count = (...verdicts: string[]) => checks.filter(check => verdicts.includes(check.verdict)).length;
  const name = escapeMarkup(gate);
  const isMissing = verdict === 'not-run';
  const cases = isMissing
    ? [
        `    <testcase classname="${name}" name="${name}" time="0"><skipped message="${escapeMarkup(headline)}"/></testcase>`,
      ]
    : checks.map(check => renderCase(gate, check));
  const milliseconds = checks.reduce((sum, check) => sum + check.milliseconds, 0);
  const attributes = [
    `name="${name}"`,
    `tests="${cases.length}"`,
    `failures="${count('failed')}"`,
    `errors="${count('error', 'inconclusive')}"`,
    `skipped="${isMissing ? 1 : 0}"`,
    `time="${milliseconds / 1000}"`,
    ...(startedAt === undefined ? [] : [`timestamp="${startedAt.replace(/\.\d+Z$/, '')}"`]),
  ];
  return [`  <testsuite ${attributes.join(' ')}>`, ...cases, '  </testsuite>'].join('\n');
}

function renderCase(
  gate: string,
  { name, verdict, detail = '', milliseconds, findings }: AccountedGate['checks'][number],
) {
  const open = `    <testcase classname="${escapeMarkup(gate)}" name="${escapeMarkup(name)}" time="${milliseconds / 1000}">`;
  const said = findings.map(({ code, message, help }) => `${code}: ${message}\n${help}`).join('\n\n');
  if (verdict === 'passed') return `${open}${said && `<system-out>${escapeMarkup(said)}</system-out>`}</testcase>`;
  const element = verdict === 'failed' ? 'failure' : 'error';
  const message = escapeMarkup(findings[0]?.message ?? (detail || verdict));
  return `${open}<${element} type="${findings[0]?.code ?? verdict}" message="${message}">${escapeMarkup(said)}</${element}></testcase>`;
}
