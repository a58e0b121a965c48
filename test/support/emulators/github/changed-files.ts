import { type Route, route } from '../http.ts';
import type { Access } from './access.ts';
import { notFound } from './errors.ts';
import { listAnswer } from './pages.ts';
import { type Repository, shaOf } from './repository.ts';

export interface ChangedFile {
  path: string;
  status: 'added' | 'removed' | 'modified' | 'renamed' | 'copied' | 'changed' | 'unchanged';
  /** Of a file that was renamed. */
  from?: string;
}

/** GitHub lists no more of them (docs: GitHub REST, list pull requests files). */
const most = 3_000;
/** The same for two commits (docs: GitHub REST, compare two commits). */
const mostCompared = 300;

/** What pull requests and ranges of commits change: docs: GitHub REST, pull requests files; compare two commits. */
export class ChangedFiles {
  /** By the number of the pull request. */
  readonly files = new Map<number, ChangedFile[]>();
  /** By `base...head`. */
  readonly compared = new Map<string, ChangedFile[]>();
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  routes(access: Access): Route[] {
    return [
      route(
        'GET /repos/:owner/:repo/pulls/:number/files',
        access.read('pull-requests', request => {
          const number = Number(request.params.number);
          const pull = this.#repository.options.pulls?.find(pull => pull.number === number);
          if (pull === undefined) throw notFound();
          const files = (this.files.get(number) ?? []).slice(0, most);
          return listAnswer(files, request, file => this.#view(file, pull.sha));
        }),
      ),
    ];
  }

  compare(basehead: string): object[] {
    const files = this.compared.get(basehead) ?? [];
    return files.slice(0, mostCompared).map(file => this.#view(file, basehead.split('...')[1] ?? ''));
  }

  /** `diff-entry`. */
  #view({ path, status, from }: ChangedFile, commit: string): object {
    return {
      sha: shaOf(path),
      filename: path,
      status,
      additions: 1,
      deletions: 0,
      changes: 1,
      blob_url: this.#repository.html(`/blob/${commit}/${path}`),
      raw_url: this.#repository.html(`/raw/${commit}/${path}`),
      contents_url: this.#repository.api(`/contents/${path}?ref=${commit}`),
      patch: '@@ -0,0 +1 @@',
      ...(from !== undefined && { previous_filename: from }),
    };
  }
}
