import type { AccountedService, Ending, ReleaseAccount } from '../core/account.ts';
import { describeDeployment } from '../core/describe-deployment.ts';

/** When people are told: at the start of a release, and at its end by what became of it. */
export type ReleaseEvent = 'start' | Ending;

/** What a channel tells people, as plain text: each channel escapes it in its own way. */
export interface ReleaseMessage {
  event: ReleaseEvent;
  environment: string;
  commit: string;
  repository: string;
  /** The page of the run. */
  run: string;
  /** One sentence. */
  title: string;
  facts: { name: string; text: string }[];
  /** What only some want to read: a line for each gate. */
  details: string[];
}

export const symbols: Record<ReleaseEvent, string> = {
  start: '🚀',
  passed: '✅',
  failed: '❌',
  'rolled-back': '↩️',
  'rollback-failed': '🚨',
  inconclusive: '❔',
  error: '⚠️',
};

export interface Beginning {
  environment: string;
  commit: string;
  repository: string;
  run: string;
}

export function composeStart({ environment, commit, repository, run }: Beginning): ReleaseMessage {
  const title = `Releasing ${commit.slice(0, 7)}${environment ? ` to ${environment}` : ''}.`;
  return { event: 'start', environment, commit, repository, run, title, facts: [], details: [] };
}

export function composeEnd(account: ReleaseAccount): ReleaseMessage {
  const { ending: event, environment, commit, repository, run, headline: title, services, decided } = account;
  const facts = [
    ...services.filter(({ serves }) => serves !== 'unchanged').map(describeService),
    ...(decided
      ? [{ name: 'What decided', text: `${decided.gate}, ${decided.check}: ${decided.finding.message}` }]
      : []),
    ...(account.response ? [{ name: 'What was done', text: account.response }] : []),
    ...(account.incident ? [{ name: 'Incident', text: account.incident }] : []),
  ];
  const details = account.gates.map(
    ({ gate, verdict, isDryRun, headline }) =>
      `${gate}${isDryRun ? ' (dry run)' : ''}: ${verdict === 'not-run' ? 'not run' : verdict}. ${headline}`,
  );
  return { event, environment, commit, repository, run, title, facts, details };
}

function describeService({ name, serves, now, url }: AccountedService): { name: string; text: string } {
  const what = { new: 'this release', previous: 'the version before', unchanged: 'unchanged', unknown: 'unknown' }[
    serves
  ];
  const which = now ? `, ${describeDeployment(now)}` : '';
  return { name: `Users of ${name} meet`, text: `${what}${which}${url ? ` at ${url}` : ''}` };
}

/** The title, the facts and the run in lines, each cut to a length. */
export function listLines({ event, title, facts, run }: ReleaseMessage): string[] {
  const lines = [`${symbols[event]} ${title}`, ...facts.map(({ name, text }) => `${name}: ${text}`), run];
  return lines.map(line => (line.length > longestLine ? `${line.slice(0, longestLine - 1)}…` : line));
}

const longestLine = 400;
