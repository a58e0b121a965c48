import { createHash } from 'node:crypto';
import type { AccountedGate, AccountedService, ReleaseAccount } from '../../../core/account.ts';
import { describeDeployment } from '../../../core/describe-deployment.ts';
import { formatDuration } from '../../../core/duration.ts';
import { pluralize } from '../../../core/plural.ts';
import { escapeMarkup, formatText } from './escape-markup.ts';
import { drawPlot, drawTimeline } from './page-charts.ts';
import { script, style } from './page-style.ts';

/** What one table may take; bytes. A normal release stays far below. */
const largestTable = 300_000;
const mostPlots = 60;

/** One file that shows the whole release, and that needs nothing else: it opens from an artifact and from a disk. */
export function renderPage(account: ReleaseAccount): string {
  const { environment, commit, ending, databases, plots } = account;
  const title = escapeMarkup(`${environment || 'Release'} ${commit.slice(0, 7)}: ${ending}`);
  const sections = [
    renderHeader(account),
    section('What users meet now', renderServices(account)),
    section('What decided', renderDecision(account)),
    section('Time line', drawTimeline(account.timeline)),
    section('Gates', account.gates.map(gate => renderGate(gate, largestTable / account.gates.length)).join('')),
    section('Findings', renderFindings(account.gates)),
    section('Boundaries', renderBoundaries(account.boundaries)),
    section('Migrations', renderMigrations(databases)),
    section(
      'Plots',
      plots.length === 0 ? '' : `<div class="plots">${plots.slice(0, mostPlots).map(drawPlot).join('')}</div>`,
    ),
  ];
  const policy = `default-src 'none'; style-src '${hash(style)}'; script-src '${hash(script)}'; base-uri 'none'; form-action 'none'`;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>${title}</title><style>${style}</style></head><body><main>`,
    ...sections.filter(text => text !== ''),
    `</main><script>${script}</script></body></html>\n`,
  ].join('\n');
}

function hash(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}

function section(title: string, body: string): string {
  const id = title.toLowerCase().replaceAll(' ', '-');
  return body && `<section aria-labelledby="${id}-title"><h2 id="${id}-title">${title}</h2>${body}</section>`;
}

function renderHeader(account: ReleaseAccount): string {
  const { ending, headline, environment, commit, subject, run, startedAt, finishedAt } = account;
  const took = formatDuration(Date.parse(finishedAt) - Date.parse(startedAt));
  return [
    `<header class="${ending}"><span class="tag">${ending}</span>`,
    `<h1>${formatText(headline)}</h1>`,
    `<p class="soft">${escapeMarkup(environment)} <code>${escapeMarkup(commit.slice(0, 7))}</code> ${escapeMarkup(subject ?? '')}<br>`,
    `${startedAt.slice(0, 19).replace('T', ' ')} UTC, ${took}. ${link(run, 'Run and log')}</p></header>`,
  ].join('\n');
}

function renderServices({ services }: ReleaseAccount): string {
  const rows = services.map(service => [
    escapeMarkup(service.name),
    escapeMarkup(service.platform),
    describeServing(service),
    service.url === undefined ? '' : link(service.url),
  ]);
  return renderTable(['Service', 'Platform', 'Serves', 'Address'], rows);
}

function describeServing({ serves, now, before }: AccountedService): string {
  const code = (deployment: AccountedService['now']) =>
    deployment ? `<code>${escapeMarkup(describeDeployment(deployment))}</code>` : '';
  switch (serves) {
    case 'new':
      return `this release ${code(now)}`;
    case 'previous':
      return `the version before ${code(now)}`;
    case 'unchanged':
      return 'not changed by this release';
    case 'unknown':
      return `<strong>unknown</strong>${before ? `; before the release ${code(before)}` : ''}`;
  }
}

function renderDecision({ decided, response, incident }: ReleaseAccount): string {
  const rows = [
    ...(decided
      ? [
          ['Seen by', escapeMarkup(`${decided.gate}: ${decided.check}`)],
          [
            'What happened',
            `${formatText(decided.finding.message)} <code>${escapeMarkup(decided.finding.code)}</code>`,
          ],
          ...(decided.detail ? [['Evidence', formatText(decided.detail)]] : []),
          ['What to do', formatText(decided.finding.help)],
        ]
      : []),
    ...(response ? [['What was done', formatText(response)]] : []),
    ...(incident ? [['Incident', link(incident)]] : []),
  ];
  if (rows.length === 0) return '';
  const lines = rows.map(([title, text]) => `<tr><th scope="row">${title}</th><td>${text}</td></tr>`);
  return `<div class="scroll"><table><tbody>${lines.join('')}</tbody></table></div>`;
}

function renderGate(about: AccountedGate, room: number): string {
  const { gate, verdict, isDryRun, headline, startedAt, finishedAt, checks } = about;
  const took = startedAt && finishedAt ? formatDuration(Date.parse(finishedAt) - Date.parse(startedAt)) : '';
  const rows = checks.map(check => [
    tag(check.verdict),
    escapeMarkup(check.name),
    formatText(check.detail ?? check.findings[0]?.message ?? ''),
    formatDuration(check.milliseconds),
  ]);
  const head = `${tag(verdict)} <strong>${escapeMarkup(gate)}</strong>${isDryRun ? ' (dry run)' : ''} <span class="soft">${took}</span> ${formatText(headline)}`;
  if (rows.length === 0) return `<p>${head}</p>`;
  return `<details${verdict === 'passed' ? '' : ' open'}><summary>${head}</summary>${renderTable(['Verdict', 'Check', 'Result', 'Time'], rows, room)}</details>`;
}

function renderBoundaries(boundaries: ReleaseAccount['boundaries']): string {
  if (boundaries === undefined) return '';
  const rows = boundaries.map(({ boundary, gates, passed, failed, inconclusive, error }) => [
    boundary,
    gates.length === 0 ? '<strong>no check</strong>' : escapeMarkup(gates.join(', ')),
    ...[passed, failed, inconclusive, error].map(count => (gates.length === 0 ? '' : String(count))),
  ]);
  return renderTable(['Boundary', 'Guarded by', 'Passed', 'Failed', 'Inconclusive', 'Error'], rows);
}

function renderMigrations(databases: ReleaseAccount['databases']): string {
  const rows = Object.entries(databases).flatMap(([name, { applied, migrations = [] }]) =>
    applied.map(migration => {
      const graded = migrations.find(one => one.name === migration);
      const because = graded?.because ? `<code>${escapeMarkup(graded.because)}</code>` : '';
      return [escapeMarkup(name), escapeMarkup(migration), graded?.grade ?? 'not graded', because];
    }),
  );
  return renderTable(['Database', 'Migration', 'Going back', 'Because'], rows);
}

function renderFindings(gates: AccountedGate[]): string {
  const rows = gates.flatMap(({ gate, checks }) =>
    checks.flatMap(check =>
      check.findings.map(({ severity, code, message, help, place }) => [
        `<span class="tag ${severity === 'error' ? 'failed' : severity === 'warning' ? 'error' : 'soft'}">${severity}</span>`,
        `<code>${escapeMarkup(code)}</code><br>${escapeMarkup(`${gate}: ${check.name}`)}`,
        `${formatText(message)}<br><span class="soft">${formatText(help)}</span>`,
        place
          ? `<code>${escapeMarkup([place.path, place.line, place.column].filter(part => part !== undefined).join(':'))}</code>`
          : '',
      ]),
    ),
  );
  if (rows.length === 0) return '';
  const search = `<p class="search"><label for="search">Search</label> <span id="count" class="soft" aria-live="polite">${pluralize(rows.length, 'finding')}</span><input id="search" type="search"></p>`;
  return `${search}<div id="findings">${renderTable(['Severity', 'Finding', 'What happened, and what to do', 'Place'], rows)}</div>`;
}

/** From cells that are HTML already. Rows that would make the page too large are counted instead. */
function renderTable(header: string[], rows: string[][], room = largestTable): string {
  if (rows.length === 0) return '';
  let size = 0;
  const lines = rows.map(cells => `<tr>${cells.map(cell => `<td>${cell}</td>`).join('')}</tr>`);
  const fitting = lines.filter(line => {
    size += line.length;
    return size <= room;
  });
  const left = lines.length - fitting.length;
  const rest = left > 0 ? `<p>${left} more do not fit here. release.json has them all.</p>` : '';
  const titles = header.map(title => `<th scope="col">${title}</th>`).join('');
  return `<div class="scroll" tabindex="0"><table><thead><tr>${titles}</tr></thead><tbody>${fitting.join('\n')}</tbody></table></div>${rest}`;
}

function tag(verdict: AccountedGate['verdict']): string {
  return `<span class="tag ${verdict}">${verdict === 'not-run' ? 'not run' : verdict}</span>`;
}

/** An address comes from the configuration or a platform, so it is text until it proves to be an address of the web. */
function link(address: string, text = address): string {
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) return escapeMarkup(text);
  return `<a href="${escapeMarkup(new URL(address).href)}">${escapeMarkup(text)}</a>`;
}
