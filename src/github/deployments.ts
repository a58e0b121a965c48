import { UnreadableRecord } from '../core/errors.ts';
import { type FindingKind, found } from '../core/finding.ts';
import { isRecordLike, parseRecord, type ReleaseRecord } from '../core/record.ts';
import type { HeldSetting, OpenRelease, PastRelease, Releases } from '../core/releases.ts';
import type { GitHub } from './api.ts';
import {
  type Begun,
  createHolderSearch,
  findUnfinished,
  listNewestDeployments,
  listStatuses,
  listUnfinished,
} from './under-way.ts';

export const unreadableRecord: FindingKind = {
  code: 'release/unreadable-record',
  severity: 'error',
  boundary: 'delivery',
  meaning:
    'The record of a release cannot be read, so the gate does not know what that release changed. Nothing was changed.',
  cause: 'A later version of release-gates wrote the record, or someone edited the GitHub deployment.',
  help: 'Run the version of release-gates that made the release. Or name what each service goes back to with `target`.',
};

type State = 'in_progress' | 'success' | 'failure' | 'inactive';

const task = 'deploy';
/** How the statuses of a release tell of automatic deploys. */
const heldNote = 'turned off automatic deploys of';
const resumedNote = 'turned on automatic deploys of';
const noteForm = /^(turned (?:off|on) automatic deploys of) (\S+): (\S+)$/;
/** How many releases to search for them. */
const mostHeld = 10;
const ourDescription = 'Released by release-gates';
const perPage = 50;
/** How many pages of deployments to search for a release. Deployments of other jobs are among them. */
const mostPages = 10;
/** A release has a handful of statuses. GitHub adds `inactive` when a newer one supersedes it. */
const mostStatuses = 20;
/** docs: GitHub REST, create a deployment status; characters. */
const longestDescription = 140;
/** GitHub accepts payloads of this size. A larger record loses the findings of its gates; characters. */
const largestPayload = 30_000;

/** Keeps release records in the payloads of GitHub deployments, and the result of each release in their statuses. */
export function createReleases(github: GitHub): Releases {
  const findHolder = createHolderSearch(github);
  const setState = (id: number, state: State, about: { description?: string; environment_url?: string }) =>
    github.call({
      what: `a status of the deployment ${id}`,
      permission: 'deployments: write',
      send: (rest, at) =>
        rest.repos.createDeploymentStatus({ ...at, deployment_id: id, state, log_url: github.runUrl, ...about }),
    });

  const opened = (id: number): OpenRelease => ({
    id: String(id),
    succeeded: async url => {
      await setState(id, 'success', url ? { environment_url: url } : {});
    },
    failed: async description => {
      await setState(id, 'failure', { description: shorten(description) });
    },
    withdrawn: async description => {
      await setState(id, 'inactive', { description: shorten(description) });
    },
  });

  const gaveWay = async (id: number): Promise<boolean> => {
    const [latest, ...earlier] = await listStatuses(github, id, mostStatuses);
    return latest?.state === 'inactive' && !earlier.some(({ state }) => state === 'success' || state === 'failure');
  };
  const stands = async (id: number): Promise<boolean> => {
    const [latest, ...earlier] = await listStatuses(github, id, mostStatuses);
    return latest?.state !== 'failure' && [latest, ...earlier].some(status => status?.state === 'success');
  };

  return {
    run: github.runUrl,

    open: async record => {
      const id = await createDeployment(github, { ...record, run: github.runUrl });
      try {
        await setState(id, 'in_progress', {});
        return opened(id);
      } catch (error) {
        return { ...opened(id), notShown: error }; // the deployment exists; without its id, the caller would create another one
      }
    },

    resume: async (environment, commit) => {
      const id = await findUnfinished(github, await listNewestReleases(github, environment), commit);
      return id === undefined ? undefined : opened(id);
    },

    unfinished: async (environment, commit) => {
      const found: OpenRelease[] = [];
      const all = await listNewestReleases(github, environment);
      for await (const id of listUnfinished(github, all, commit)) found.push(opened(id));
      return found;
    },

    unproven: async (environment, commit) => {
      for (const begun of await listNewestReleases(github, environment)) {
        if (await gaveWay(begun.id)) continue;
        return begun.commit === commit && !(await stands(begun.id)) ? opened(begun.id) : undefined;
      }
      return undefined;
    },

    underWay: (environment, before) =>
      findHolder(() => listNewestReleases(github, environment), before && Number(before.id)),

    past: environment => listPastReleases(github, environment),

    gaveWay: ({ id }) => gaveWay(Number(id)),

    stands: ({ id }) => stands(Number(id)),

    noteHeld: async ({ id }, service, setting) => {
      await setState(Number(id), 'failure', { description: `${heldNote} ${service}: ${setting}` });
    },

    listHeld: async environment => {
      const held = new Map<string, HeldSetting>();
      const known = new Set<string>();
      for (const { id } of (await listNewestReleases(github, environment)).slice(0, mostHeld)) {
        for (const { description } of await listStatuses(github, id, mostStatuses)) {
          const [, note, service = '', setting = ''] = noteForm.exec(description ?? '') ?? [];
          if (note === undefined || known.has(service)) continue; // a newer note counts
          known.add(service);
          if (note === heldNote) held.set(service, { release: String(id), setting });
        }
      }
      return held;
    },

    noteResumed: async ({ release }, service) => {
      const id = Number(release);
      const [latest] = await listStatuses(github, id, 1);
      const state = latest?.state === 'inactive' ? 'inactive' : 'failure';
      await setState(id, state, { description: `${resumedNote} ${service}: on` });
    },

    undone: async ({ id }, description) => {
      await setState(Number(id), 'failure', { description: shorten(description) });
    },
  };
}

/** The newest releases, whether their record can be read or not. */
async function listNewestReleases(github: GitHub, environment: string): Promise<Begun[]> {
  const deployments = await listNewestDeployments(github, task, nameEnvironment(environment));
  return deployments.filter(isRelease).map(({ id, payload, sha, created_at }) => ({
    id,
    commit: parseRecord(payload)?.commit ?? sha, // one that cannot be read holds the environment all the same
    since: Date.parse(created_at),
  }));
}

/** Whether a deployment was made by this suite. Jobs with an `environment:` and other programs make deployments too. */
function isRelease({ payload, description }: { payload: unknown; description: string | null }): boolean {
  return isRecordLike(payload) || description === ourDescription;
}

async function createDeployment(github: GitHub, record: ReleaseRecord): Promise<number> {
  const environment = nameEnvironment(record.environment);
  return github.call({
    what: `a deployment of ${record.commit}`,
    permission: 'deployments: write',
    send: async (rest, at) => {
      const { data } = await rest.repos.createDeployment({
        ...at,
        ref: record.commit,
        task,
        // Otherwise GitHub merges the default branch, or rejects the request because this workflow is not green yet.
        auto_merge: false,
        required_contexts: [],
        payload: fitPayload(record),
        environment,
        production_environment: /^(?:prod|live)/i.test(environment),
        description: ourDescription,
      });
      if (!('id' in data)) throw new Error(data.message ?? 'GitHub created no deployment');
      return { data: data.id };
    },
  });
}

/** Throws an UnreadableRecord at a release whose record cannot be read, because passing over it would go too far back. */
async function* listPastReleases(github: GitHub, environment: string): AsyncGenerator<PastRelease> {
  for (let page = 1; page <= mostPages; page++) {
    const deployments = await github.call({
      what: `the deployments to ${nameEnvironment(environment)}`,
      permission: 'deployments: read',
      send: (rest, at) =>
        rest.repos.listDeployments({
          ...at,
          task,
          environment: nameEnvironment(environment),
          per_page: perPage,
          page,
        }),
    });
    for (const deployment of deployments.filter(isRelease)) {
      const record = parseRecord(deployment.payload);
      if (record === undefined) throw describeUnreadable(deployment);
      yield { id: String(deployment.id), record };
    }
    if (deployments.length < perPage) return;
  }
}

function describeUnreadable({ id, sha }: { id: number; sha: string }): UnreadableRecord {
  const message = `The record of the release ${id} of ${sha.slice(0, 7)} cannot be read by this version of release-gates.`;
  return new UnreadableRecord([found(unreadableRecord, { message })]);
}

/** GitHub's default applies to a configuration without environments. */
export function nameEnvironment(environment: string): string {
  return environment || 'production';
}

function fitPayload(record: ReleaseRecord): Record<string, unknown> {
  if (JSON.stringify(record).length <= largestPayload) return { ...record };
  return { ...record, gates: record.gates.map(gate => ({ ...gate, findings: [] })) };
}

function shorten(text: string): string {
  return text.length <= longestDescription ? text : `${text.slice(0, longestDescription - 1)}…`;
}
