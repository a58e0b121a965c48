import type { FindingKind } from './finding.ts';
import type { ReleaseRecord } from './record.ts';
import type { UnderWay } from './releases.ts';

export const lockUnusable: FindingKind = {
  code: 'deploy/lock-unusable',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'GitHub could not keep other releases of the environment away, so this release did not begin.',
  cause:
    'The job lacks `permissions: { deployments: write }`, GitHub did not answer, or the token cannot use `lock-repository`. GITHUB_TOKEN reaches only its own repository.',
  help: 'Give the job the permission. For `lock-repository`, pass as `github-token` the token of a GitHub App or a fine-grained token with Deployments (write), Actions and Metadata (read) in both repositories.',
};

/** Keeps two releases of one environment apart. A method throws a GateError if it cannot do its work. */
export interface Lock {
  /** The other release that holds the environment. Once this release has taken its place, only earlier ones count. */
  holder(): Promise<UnderWay | undefined>;
  /** Takes a place behind the releases that hold the environment. A later step of the same run keeps that place. */
  take(record: ReleaseRecord): Promise<void>;
  /** Gives up the place for another release. Nothing was changed so far. */
  giveWay(to: UnderWay): Promise<void>;
  /** Gives up the place at the end of the release. */
  free(): Promise<void>;
}
