/** The last request to move the production domains: `lastAliasRequest` in vercel/vercel internals/types. */
export interface AliasJob {
  type: 'rollback' | 'promote';
  jobStatus: 'pending' | 'in-progress' | 'succeeded' | 'failed' | 'skipped';
  fromDeploymentId: string | null;
  toDeploymentId: string;
  requestedAt: number;
}

/** How the next job ends instead of `succeeded`; `stuck` stays in progress. */
export type AliasJobFault = 'failed' | 'skipped' | 'stuck';

export function isUnderWay(job: AliasJob | null): boolean {
  return job?.jobStatus === 'pending' || job?.jobStatus === 'in-progress';
}
