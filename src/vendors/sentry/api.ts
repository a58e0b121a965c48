import * as z from 'zod';
import { createApi } from '../../clients/api/api.ts';
import { Refused } from '../../clients/api/errors.ts';
import { readSecret } from '../../config/variables.ts';
import type { GateContext } from '../../core/context.ts';

/** getsentry/sentry-api-schema: the parts of an issue in use. */
export const issuesSchema = z.array(
  z.looseObject({ shortId: z.string().optional(), title: z.string().default(''), permalink: z.string().optional() }),
);
export type SentryIssues = z.infer<typeof issuesSchema>;

export interface IssueQuery {
  organization: string;
  project: string;
  environment: string;
  /** In Sentry's search language. */
  query: string;
  /** Milliseconds back from now. */
  within: number;
}

/** Sentry's API. Every method throws as `Api` does. */
export interface Sentry {
  /** At most 25, the newest first. */
  issues(query: IssueQuery, signal: AbortSignal): Promise<SentryIssues>;
  /** Whether Sentry knows a release; it makes one with the first event that carries its name. */
  hasRelease(organization: string, version: string, signal: AbortSignal): Promise<boolean>;
}

export function createSentry(context: GateContext): Sentry {
  const token = readSecret(context, 'SENTRY_AUTH_TOKEN', { purpose: 'the issues of Sentry' }).trim();
  const api = createApi(
    {
      name: 'Sentry',
      baseUrl: `${(context.variables.SENTRY_URL || 'https://sentry.io').replace(/\/+$/, '')}/api/0`,
      headers: { authorization: `Bearer ${token}` },
      variable: 'SENTRY_AUTH_TOKEN',
      tokenHelp:
        'Create an internal integration with org:read and event:read under Settings → Developer Settings, and store its token as the secret SENTRY_AUTH_TOKEN. An organization token (sntrys_…) cannot read issues.',
      findMessage: body => z.looseObject({ detail: z.string() }).safeParse(body).data?.detail,
      timeout: 20_000,
    },
    context,
  );
  return {
    hasRelease: async (organization, version, signal) => {
      try {
        const path = `/organizations/${encodeURIComponent(organization)}/releases/${encodeURIComponent(version)}/`;
        await api(z.looseObject({}), {
          method: 'GET',
          path,
          what: `the release ${version} of ${organization}`,
          signal,
        });
        return true;
      } catch (error) {
        if (error instanceof Refused && error.status === 404) return false;
        throw error;
      }
    },
    issues: ({ organization, project, environment, query, within }, signal) => {
      const hours = Math.max(1, Math.ceil(within / 3_600_000));
      const search = new URLSearchParams({
        query,
        environment,
        project,
        statsPeriod: `${hours}h`,
        limit: '25',
        sort: 'new',
      });
      return api(issuesSchema, {
        method: 'GET',
        path: `/organizations/${encodeURIComponent(organization)}/issues/?${search}`,
        what: `the issues of ${organization}/${project}`,
        signal,
      });
    },
  };
}
