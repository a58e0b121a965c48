import { type Route, route } from '../http.ts';
import type { Access } from './access.ts';
import { notFound } from './errors.ts';
import { type Repository, shaOf } from './repository.ts';

/** The files of commits: docs: GitHub REST, get repository content; get a commit object. */
export class Contents {
  /** Texts by `<commit>:<path>`. */
  readonly files = new Map<string, string>();
  readonly #repository: Repository;

  constructor(repository: Repository) {
    this.#repository = repository;
  }

  routes(access: Access): Route[] {
    return [
      route(
        'GET /repos/:owner/:repo/contents/*path',
        access.read('contents', ({ params, query }) => {
          const path = params.path ?? '';
          const commit = this.#repository.resolve(query.get('ref') ?? '');
          const text = this.files.get(`${commit}:${path}`);
          if (text === undefined) throw notFound();
          return { status: 200, body: this.#view(path, text) };
        }),
      ),
      route(
        'GET /repos/:owner/:repo/git/commits/:sha',
        access.read('contents', ({ params: { sha = '' } }) => {
          if (!this.#repository.knows(sha)) throw notFound();
          return { status: 200, body: { sha, url: this.#repository.api(`/git/commits/${sha}`) } };
        }),
      ),
    ];
  }

  #view(path: string, text: string): object {
    const content = Buffer.from(text);
    return {
      type: 'file',
      encoding: 'base64',
      size: content.length,
      name: path.split('/').at(-1),
      path,
      content: content.toString('base64').replace(/(.{60})/g, '$1\n'),
      sha: shaOf(text),
      url: this.#repository.api(`/contents/${path}`),
      git_url: null,
      html_url: null,
      download_url: null,
      _links: { self: this.#repository.api(`/contents/${path}`), git: null, html: null },
    };
  }
}
