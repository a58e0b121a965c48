import { posix } from 'node:path';
import type { BasePolicy } from '../config/load.ts';
import { policyKeys, unknownPolicy } from '../config/policy.ts';
import type { CheckResult } from '../core/check.ts';
import type { GateContext } from '../core/context.ts';
import { GateError } from '../core/errors.ts';
import { type Finding, found } from '../core/finding.ts';
import type { GateReport } from '../core/report.ts';
import { pickWorst } from '../core/verdict.ts';
import { type Call, createGitHub, type GitHub, refusedByGitHub } from './api.ts';
import { actionInputs } from './inputs.ts';

/** The policy of a gate at the base of a change; undefined for a gate that has none. */
export function openBasePolicy(gate: string, base: string, context: GateContext): BasePolicy | undefined {
  const keys = policyKeys[gate];
  if (keys === undefined) return undefined;
  const github = createGitHub(context, actionInputs.text('github-token'));
  return { keys, read: path => readFileAt(github, base, posix.normalize(path)) };
}

/** Adds what the configuration said about policy. A gate that does not know its base's policy is not sure of its verdict. */
export function addPolicy(report: GateReport, policy: Finding[], context: GateContext): GateReport {
  const now = context.clock.now();
  const isFirst = ({ message }: Finding, index: number) => policy.findIndex(one => one.message === message) === index;
  const findings = policy.filter(isFirst);
  const verdict = findings.some(({ code }) => code === unknownPolicy.code) ? 'inconclusive' : 'passed';
  const check: CheckResult = {
    name: 'policy',
    boundary: 'delivery',
    verdict,
    findings,
    startedAt: now,
    finishedAt: now,
  };
  context.onResult(check);
  return { ...report, checks: [check, ...report.checks], verdict: pickWorst([report.verdict, verdict]) };
}

const permission = 'contents: read';

/** The text of a file at a commit; undefined where the commit does not have it. Throws a GateError when GitHub refuses. */
async function readFileAt(github: GitHub, commit: string, path: string): Promise<string | undefined> {
  const what = `${path} of the base ${commit}`;
  const send: Call<unknown>['send'] = (rest, at) => rest.repos.getContent({ ...at, path, ref: commit });
  const file: unknown = await github.call({ what, permission, send: (...given) => unlessMissing(send(...given)) });
  if (file === undefined) {
    // GitHub answers the same to a token that may not read the repository: then the commit is not there either.
    await github.call({
      what: `the base ${commit}`,
      permission,
      send: (rest, at) => rest.git.getCommit({ ...at, commit_sha: commit }),
    });
    return undefined;
  }
  // docs: GitHub REST, get repository content: a folder is a list, and a file over 1 MB comes without its content.
  const { encoding, content } = Object(file);
  if (encoding === 'base64' && typeof content === 'string') return Buffer.from(content, 'base64').toString('utf8');
  throw new GateError([found(refusedByGitHub, { message: `GitHub does not show ${what} as a text.` })]);
}

async function unlessMissing(response: Promise<{ data: unknown }>): Promise<{ data: unknown }> {
  try {
    return await response;
  } catch (error) {
    if (error instanceof Error && 'status' in error && error.status === 404) return { data: undefined };
    throw error;
  }
}
