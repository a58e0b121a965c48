import type { Finding } from '../core/finding.ts';
import type { Incident, Incidents } from '../core/incidents.ts';
import type { Deployment } from '../core/record.ts';
import { listFindings } from '../core/report.ts';
import type { GitHub } from './api.ts';
import { escapeMarkdown, renderTable } from './markdown.ts';
import { readFirstPages } from './pages.ts';

const label = 'incident';
/** A body has at most 65,536 characters (docs: GitHub REST, issues); the rest is for the marker and the notes. */
const longestBody = 60_000;
const permission = 'issues: write';

/** Reports incidents as issues with the label `incident`: one for each bad release, and comments for what follows. */
export function createIncidents(github: GitHub): Incidents {
  return {
    note: async incident => {
      const body = renderBody(incident, github.runUrl);
      const { open, isWhole } = await findOpenIssue(github, formatMarker(incident));
      if (open === undefined) return createIssue(github, incident, isWhole ? body : `${unseen}\n\n${body}`);
      return github.call({
        what: `a comment on the issue ${open}`,
        permission,
        send: async (rest, at) => {
          const { data } = await rest.issues.createComment({ ...at, issue_number: open, body });
          return { data: data.html_url };
        },
      });
    },
  };
}

/** Two issues about an incident are better than none. */
const unseen = `There are too many open issues with the label \`${label}\` to read them all, so this release may already have one.`;

async function findOpenIssue(github: GitHub, marker: string): Promise<{ open: number | undefined; isWhole: boolean }> {
  const { items, isWhole } = await readFirstPages(
    github,
    { what: 'the open incidents', permission },
    page => (rest, at) => rest.issues.listForRepo({ ...at, state: 'open', labels: label, ...page }),
  );
  return { open: items.find(({ body }) => body?.includes(marker))?.number, isWhole };
}

async function createIssue(github: GitHub, incident: Incident, body: string): Promise<string> {
  const { environment, commit } = incident.record;
  const title = `Release ${commit.slice(0, 7)} to ${environment || 'production'}: rollback ${incident.report.outputs.result}`;
  return github.call({
    what: 'an incident',
    permission,
    send: async (rest, at) => {
      const { data } = await rest.issues.create({
        ...at,
        title,
        labels: [label],
        body: `${formatMarker(incident)}\n${body}`,
      });
      return { data: data.html_url };
    },
  });
}

/** Invisible in the issue; identifies the release that the incident is about. */
function formatMarker({ record: { environment, commit } }: Incident): string {
  return `<!-- release-gates incident of ${environment || 'production'} ${commit} -->`;
}

function renderBody({ record, report, reason }: Incident, runUrl: string): string {
  const after = report.record?.services ?? {};
  const services = Object.entries(record.services).map(([name, { platform, before, after: bad }]) => [
    escapeMarkdown(`${name} (${platform})`),
    formatDeployment(before),
    formatDeployment(bad),
    formatDeployment(after[name]?.after),
  ]);
  const gates = record.gates.filter(({ verdict }) => verdict !== 'passed');
  const sections = [
    `**${escapeMarkdown(report.headline)}**`,
    reason && `Reason: ${escapeMarkdown(reason)}`,
    `[Run and log](${runUrl})`,
    services.length > 0 && renderTable(['Service', 'Before the release', 'With the release', 'Now'], services),
    renderFindings('Findings of the rollback', listFindings(report)),
    ...gates.map(({ gate, verdict, findings }) => renderFindings(`${gate}: ${verdict}`, findings)),
  ];
  const text = sections.filter(section => section !== false && section !== '').join('\n\n');
  return text.length <= longestBody ? text : `${text.slice(0, longestBody)}\n\nThe log of the run has the rest.`;
}

function renderFindings(title: string, findings: Pick<Finding, 'severity' | 'code' | 'message' | 'help'>[]): string {
  if (findings.length === 0) return '';
  const lines = findings.map(
    ({ severity, code, message, help }) =>
      `- ${severity} \`${code}\`: ${escapeMarkdown(message)} ${escapeMarkdown(help)}`,
  );
  return `#### ${escapeMarkdown(title)}\n\n${lines.join('\n')}`;
}

function formatDeployment(deployment: Deployment | undefined): string {
  if (deployment === undefined) return 'unknown';
  const { id, commit } = deployment;
  return escapeMarkdown(commit && !id.includes(commit) ? `\`${id}\` (${commit.slice(0, 7)})` : `\`${id}\``);
}
