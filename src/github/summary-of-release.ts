import type { AccountedGate, AccountedService, Ending, ReleaseAccount } from '../core/account.ts';
import { describeDeployment } from '../core/describe-deployment.ts';
import { formatDuration } from '../core/duration.ts';
import { pluralize } from '../core/plural.ts';
import { formatPlace } from './log.ts';
import { escapeMarkdown, renderTable, renderTableWithin } from './markdown.ts';
import { renderPlots } from './plot.ts';
import { largestSummary, lights } from './summary-form.ts';
import { renderGantt } from './timeline.ts';

const lightsOfEndings: Record<Ending, string> = {
  ...lights,
  'rolled-back': '↩️',
  'rollback-failed': '🚨',
};

const lightsOfGates: Record<AccountedGate['verdict'], string> = { ...lights, 'not-run': '⚫' };

/** Renders a release as one page: what happened first, then why, then everything else. */
export function renderAccount(account: ReleaseAccount): string {
  const { ending, headline, environment } = account;
  return [
    `## ${lightsOfEndings[ending]} ${escapeMarkdown(environment || 'release')}: ${ending}`,
    `**${escapeMarkdown(headline)}**`,
    renderServices(account),
    renderDecision(account),
    renderGates(account.gates),
    renderBoundaries(account.boundaries),
    renderDatabases(account.databases),
    renderFindings(account.gates),
    fold('Time line', account.timeline.length > 0 ? renderGantt(account.timeline) : ''),
    fold(pluralize(account.plots.length, 'plot'), renderPlots(account.plots)),
    ...renderChecks(account.gates),
  ]
    .filter(section => section !== '')
    .join('\n\n');
}

function renderServices({ services, commit }: ReleaseAccount): string {
  const rows = services.map(service => [
    escapeMarkdown(service.name),
    escapeMarkdown(describeServing(service, commit)),
    service.url === undefined ? '' : linkTo(service.url),
  ]);
  return rows.length === 0 ? '' : renderTable(['Service', 'Users meet now', 'Address'], rows);
}

function describeServing({ serves, now, before }: AccountedService, commit: string): string {
  const deployment = now && `\`${describeDeployment(now)}\``;
  switch (serves) {
    case 'new':
      return `this release, ${deployment}`;
    case 'previous':
      return `the version before, ${deployment}`;
    case 'unchanged':
      return `not changed by ${commit.slice(0, 7)}`;
    case 'unknown':
      return `unknown${before ? `; before the release \`${describeDeployment(before)}\`` : ''}`;
  }
}

function renderDecision({ decided, response, incident }: ReleaseAccount): string {
  const lines = [
    decided &&
      `**What decided:** ${escapeMarkdown(nameDeciding(decided))}: ${escapeMarkdown(decided.finding.message)} <code>${escapeMarkdown(decided.finding.code)}</code>`,
    decided?.detail && `**Seen:** ${escapeMarkdown(decided.detail)}`,
    decided && `**What to do:** ${escapeMarkdown(decided.finding.help)}`,
    response && `**What was done:** ${escapeMarkdown(response)}`,
    incident && `**Incident:** ${linkTo(incident)}`,
  ].filter(line => line);
  return lines.map(line => `- ${line}`).join('\n');
}

/** A gate that could not work has one check with its own name. */
function nameDeciding({ gate, check }: NonNullable<ReleaseAccount['decided']>): string {
  return check === gate ? gate : `${gate}, ${check}`;
}

function renderGates(gates: AccountedGate[]): string {
  const rows = gates.map(({ gate, verdict, isDryRun, headline, startedAt, finishedAt }) => [
    `${lightsOfGates[verdict]} ${escapeMarkdown(gate)}${isDryRun ? ' (dry run)' : ''}`,
    verdict === 'not-run' ? 'not run' : verdict,
    startedAt && finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)) : '',
    escapeMarkdown(headline),
  ]);
  return renderTableWithin(largestSummary / 8, ['Gate', 'Verdict', 'Time', 'What it says'], rows);
}

function renderBoundaries(boundaries: ReleaseAccount['boundaries']): string {
  if (boundaries === undefined) {
    return 'Which boundaries are guarded is not known: run `report` with `mode: start` before the other gates.';
  }
  const rows = boundaries.map(({ boundary, passed, failed, inconclusive, error, gates }) => {
    if (gates.length === 0) return [`⚫ ${boundary}`, '**no check**', '', '', '', ''];
    return [boundary, gates.join(', '), ...[passed, failed, inconclusive, error].map(String)];
  });
  return renderTable(['Boundary', 'Guarded by', 'Passed', 'Failed', 'Inconclusive', 'Error'], rows);
}

function renderDatabases(databases: ReleaseAccount['databases']): string {
  const rows = Object.entries(databases).flatMap(([name, { applied, migrations = [] }]) =>
    applied.map(migration => {
      const graded = migrations.find(one => one.name === migration);
      return [
        escapeMarkdown(name),
        escapeMarkdown(migration),
        graded?.grade ?? 'not graded',
        escapeMarkdown(graded?.because ?? ''),
      ];
    }),
  );
  return renderTableWithin(largestSummary / 8, ['Database', 'Migration', 'Going back', 'Because'], rows);
}

function renderFindings(gates: AccountedGate[]): string {
  const rows = gates.flatMap(({ gate, checks }) =>
    checks.flatMap(check =>
      check.findings.map(({ severity, code, message, help, place }) => [
        severity,
        `${escapeMarkdown(gate)}: <code>${escapeMarkdown(code)}</code>`,
        escapeMarkdown(message),
        escapeMarkdown(help),
        place ? escapeMarkdown(`\`${formatPlace(place)}\``) : '',
      ]),
    ),
  );
  const body = renderTableWithin(
    largestSummary / 4,
    ['Severity', 'Finding', 'What happened', 'What to do', 'Place'],
    rows,
  );
  return fold(pluralize(rows.length, 'finding'), body);
}

/** All checks share one limit, as one gate can have thousands. */
function renderChecks(gates: AccountedGate[]): string[] {
  const room = largestSummary / 4 / Math.max(1, gates.length);
  return gates.map(({ gate, checks }) => {
    const rows = checks.map(({ name, verdict, detail, milliseconds }) => [
      `${lights[verdict]} ${escapeMarkdown(name)}`,
      escapeMarkdown(detail ?? ''),
      formatDuration(milliseconds),
    ]);
    return fold(
      `${gate}: ${pluralize(checks.length, 'check')}`,
      renderTableWithin(room, ['Check', 'Result', 'Time'], rows),
    );
  });
}

function fold(title: string, body: string): string {
  return body && `<details><summary>${escapeMarkdown(title)}</summary>\n\n${body}\n\n</details>`;
}

/** An address comes from the configuration or a platform, so it is text until it proves to be an address of the web. */
function linkTo(address: string): string {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) return escapeMarkdown(address);
  const { href } = new URL(address);
  return `<a href="${href.replace(/[&"'<>]/g, character => `&#${character.charCodeAt(0)};`)}">${escapeMarkdown(address)}</a>`;
}
