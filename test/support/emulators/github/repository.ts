import { createHash } from 'node:crypto';

export interface PullRequestOptions {
  number: number;
  head: string;
  sha: string;
  title?: string;
  /** Default `main`. */
  base?: string;
  state?: 'open' | 'closed';
  merged?: boolean;
  /** The commit that its merge made. */
  mergeCommit?: string;
  /** The owner of the fork it comes from. */
  fork?: string;
}

export interface RepositoryOptions {
  /** `owner/name`. */
  repository: string;
  /** Known commits, oldest first; the last is the head of the default branch. Default: every full SHA is known. */
  commits?: string[];
  /** Lightweight tags by name. */
  tags?: Record<string, string>;
  /** Further branches by name. */
  branches?: Record<string, string>;
  pulls?: PullRequestOptions[];
  /** Branches that the default branch has to be merged into before they are deployed with `auto_merge`. */
  behind?: string[];
  /** Tags that a ruleset forbids to create. */
  protectedTags?: RegExp;
}

export const DEFAULT_BRANCH = 'main';
const FULL_SHA = /^[0-9a-f]{40}$/;

/** The addresses, the commits and the references of a repository. */
export class Repository {
  readonly owner: string;
  readonly name: string;
  readonly options: RepositoryOptions;
  /** `refs/heads/…` and `refs/tags/…` to the SHA of a commit or of a tag object. */
  readonly refs = new Map<string, string>();
  readonly createdAt = '2026-01-01T00:00:00Z';
  /** Set once the server listens. */
  apiUrl = 'http://127.0.0.1';
  #lastId = 1_000;

  constructor(options: RepositoryOptions) {
    const [owner = '', name = ''] = options.repository.split('/');
    this.owner = owner;
    this.name = name;
    this.options = options;
    this.refs.set(`refs/heads/${DEFAULT_BRANCH}`, options.commits?.at(-1) ?? shaOf('initial commit'));
    for (const [branch, sha] of Object.entries(options.branches ?? {})) this.refs.set(`refs/heads/${branch}`, sha);
    for (const [tag, sha] of Object.entries(options.tags ?? {})) this.refs.set(`refs/tags/${tag}`, sha);
    for (const { head, sha } of options.pulls ?? []) this.refs.set(`refs/heads/${head}`, sha);
  }

  get fullName(): string {
    return `${this.owner}/${this.name}`;
  }

  nextId(): number {
    this.#lastId += 1;
    return this.#lastId;
  }

  api(path: string): string {
    return `${this.apiUrl}/repos/${this.fullName}${path}`;
  }

  html(path: string): string {
    return `https://github.com/${this.fullName}${path}`;
  }

  /** The commit of a branch, a tag, a full reference or a SHA. */
  resolve(ref: string): string | undefined {
    const named = this.refs.get(ref) ?? this.refs.get(`refs/heads/${ref}`) ?? this.refs.get(`refs/tags/${ref}`);
    return named ?? (this.knows(ref) ? ref : undefined);
  }

  knows(sha: string): boolean {
    if (!FULL_SHA.test(sha)) return false;
    const { commits } = this.options;
    return commits === undefined || commits.includes(sha) || [...this.refs.values()].includes(sha);
  }

  /** How the head stands to the base. A commit outside the known history is on a branch of its own. */
  relate(base: string, head: string): 'identical' | 'ahead' | 'behind' | 'diverged' {
    if (base === head) return 'identical';
    const { commits = [] } = this.options;
    if (!commits.includes(base) || !commits.includes(head)) return 'diverged';
    return this.descends(head, base) ? 'ahead' : 'behind';
  }

  /** True when `newer` comes after `older` in the known history. */
  descends(newer: string, older: string): boolean {
    const { commits = [] } = this.options;
    return commits.indexOf(newer) >= commits.indexOf(older);
  }
}

export function shaOf(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}

/** An opaque identifier, as every object of the API has one. */
export function nodeId(kind: string, id: number | string): string {
  return Buffer.from(`${kind}:${id}`).toString('base64url');
}

/** GitHub's times have no fraction of a second. */
export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, 'Z');
}
