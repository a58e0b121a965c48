import { GateError } from '../core/errors.ts';
import { type FindingKind, found } from '../core/finding.ts';
import { type GitHub, refusedByGitHub } from './api.ts';

export const environmentUnreadable: FindingKind = {
  code: 'env/github-environment-unreadable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'GitHub does not list the secrets and variables of the environment, so the gate cannot check them.',
  cause:
    'The token is the GITHUB_TOKEN of a job, which can never list secrets, or lacks a permission; or the environment is misspelt.',
  help: 'Pass a fine-grained token or the token of a GitHub App as `github-token`. It needs Secrets, Variables and Environments (read) of this repository.',
};

/** A secret or variable that jobs in the environment get. GitHub never lists the values of secrets. */
export interface EnvironmentVariable {
  name: string;
  value?: string;
}

/** GitHub lists at most this many variables per page. */
const perPage = 30;
const mostPages = 100;

/**
 * Lists the secrets and variables that jobs in an environment get: those of the environment, the repository and the
 * organization (docs: GitHub REST API, Actions secrets, Actions variables). Throws a GateError.
 */
export function createEnvironments(github: GitHub): (environment: string) => Promise<EnvironmentVariable[]> {
  return async environment => {
    const what = `the secrets and variables of the environment ${environment}`;
    const list = (send: (rest: Rest, at: At) => Promise<EnvironmentVariable[]>) =>
      readEveryPage(page =>
        github.call({
          what,
          permission: 'environments: read',
          send: async (rest, at) => ({
            data: await send(rest, { ...at, environment_name: environment, per_page: perPage, page }),
          }),
        }),
      );
    try {
      const lists = await Promise.all([
        list(async (rest, at) => (await rest.actions.listEnvironmentSecrets({ ...at })).data.secrets.map(pickName)),
        list(async (rest, at) =>
          (await rest.actions.listEnvironmentVariables({ ...at })).data.variables.map(pickNameAndValue),
        ),
        list(async (rest, at) => (await rest.actions.listRepoSecrets({ ...at })).data.secrets.map(pickName)),
        list(async (rest, at) =>
          (await rest.actions.listRepoVariables({ ...at })).data.variables.map(pickNameAndValue),
        ),
        ignoreRefusal(
          list(async (rest, at) =>
            (await rest.actions.listRepoOrganizationSecrets({ ...at })).data.secrets.map(pickName),
          ),
        ),
        ignoreRefusal(
          list(async (rest, at) =>
            (await rest.actions.listRepoOrganizationVariables({ ...at })).data.variables.map(pickNameAndValue),
          ),
        ),
      ]);
      // As in a job, the environment takes precedence over the repository, and that over the organization.
      return [
        ...new Map(
          lists
            .flat()
            .toReversed()
            .map(variable => [variable.name, variable]),
        ).values(),
      ];
    } catch (error) {
      throw explainRefusal(error, environment);
    }
  };
}

type Send = Parameters<GitHub['call']>[0]['send'];
type Rest = Parameters<Send>[0];
type At = Parameters<Send>[1] & { environment_name: string; per_page: number; page: number };

/** A personal repository has no organization. */
async function ignoreRefusal(list: Promise<EnvironmentVariable[]>): Promise<EnvironmentVariable[]> {
  try {
    return await list;
  } catch (error) {
    if (isRefusal(error)) return [];
    throw error;
  }
}

function pickName({ name }: { name: string }): EnvironmentVariable {
  return { name };
}

function pickNameAndValue({ name, value }: { name: string; value: string }): EnvironmentVariable {
  return { name, value };
}

async function readEveryPage(fetch: (page: number) => Promise<EnvironmentVariable[]>): Promise<EnvironmentVariable[]> {
  const all: EnvironmentVariable[] = [];
  for (let page = 1; page <= mostPages; page++) {
    const items = await fetch(page);
    all.push(...items);
    if (items.length < perPage) break;
  }
  return all;
}

function explainRefusal(error: unknown, environment: string): unknown {
  if (!isRefusal(error)) return error;
  const said = error.findings.map(({ message }) => message).join(' ');
  return new GateError([
    found(environmentUnreadable, { message: `The gate cannot read the environment ${environment}. ${said}` }),
  ]);
}

function isRefusal(error: unknown): error is GateError {
  return error instanceof GateError && error.findings.every(({ code }) => code === refusedByGitHub.code);
}
