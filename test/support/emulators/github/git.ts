import { type EmulatorRequest, type Route, route } from '../http.ts';
import { recordOf, textOf } from '../values.ts';
import type { Access } from './access.ts';
import type { ChangedFiles } from './changed-files.ts';
import { invalid, notFound, unprocessable } from './errors.ts';
import { listAnswer } from './pages.ts';
import { nodeId, now, type Repository, shaOf } from './repository.ts';

export interface TagObject {
  sha: string;
  tag: string;
  message: string;
  object: string;
  type: string;
  tagger: { name: string; email: string; date: string };
}

/** Tags and references: docs: GitHub REST, Git database. */
export class Git {
  readonly tags: TagObject[] = [];
  readonly #repository: Repository;
  readonly #changedFiles: ChangedFiles;

  constructor(repository: Repository, changedFiles: ChangedFiles) {
    this.#repository = repository;
    this.#changedFiles = changedFiles;
  }

  routes(access: Access): Route[] {
    const base = '/repos/:owner/:repo/git';
    return [
      route(
        'GET /repos/:owner/:repo/compare/:basehead',
        access.read('contents', request => this.#compare(request)),
      ),
      route(
        `POST ${base}/tags`,
        access.write('contents', request => this.#createTag(request)),
      ),
      route(
        `GET ${base}/tags/:sha`,
        access.read('contents', request => {
          const tag = this.tags.find(({ sha }) => sha === request.params.sha);
          if (tag === undefined) throw notFound();
          return { status: 200, body: this.#tagView(tag) };
        }),
      ),
      route(
        `POST ${base}/refs`,
        access.write('contents', request => this.#createRef(request)),
      ),
      route(
        `GET ${base}/ref/*ref`,
        access.read('contents', request => {
          const ref = `refs/${request.params.ref}`;
          if (!this.#repository.refs.has(ref)) throw notFound();
          return { status: 200, body: this.#refView(ref) };
        }),
      ),
      route(
        `GET ${base}/matching-refs/*ref`,
        access.read('contents', request => {
          const prefix = `refs/${request.params.ref}`;
          const matching = [...this.#repository.refs.keys()].filter(ref => ref.startsWith(prefix)).sort();
          return listAnswer(matching, request, ref => this.#refView(ref));
        }),
      ),
      route(
        `PATCH ${base}/refs/*ref`,
        access.write('contents', request => this.#updateRef(request)),
      ),
      route(
        `DELETE ${base}/refs/*ref`,
        access.write('contents', request => {
          if (!this.#repository.refs.delete(`refs/${request.params.ref}`)) {
            throw unprocessable('Reference does not exist');
          }
          return { status: 204 };
        }),
      ),
    ];
  }

  /** Makes the object only: a reference has to be made to it. */
  #createTag({ body }: EmulatorRequest) {
    const tag = textOf(body.tag);
    const message = textOf(body.message);
    const object = textOf(body.object);
    if (tag === undefined || message === undefined || object === undefined) {
      throw invalid({ resource: 'Tag', field: 'tag, message, object', code: 'missing_field' });
    }
    if (!this.#repository.knows(object)) throw unprocessable('Object does not exist');
    const tagger = recordOf(body.tagger);
    const made = {
      sha: shaOf(`${tag} ${message} ${object}`),
      tag,
      message,
      object,
      type: textOf(body.type) ?? 'commit',
      tagger: {
        name: textOf(tagger.name) ?? 'github-actions[bot]',
        email: textOf(tagger.email) ?? 'bot@example.com',
        date: textOf(tagger.date) ?? now(),
      },
    };
    this.tags.push(made);
    return { status: 201, body: this.#tagView(made) };
  }

  /** docs: GitHub REST, compare two commits: what is used of it. */
  #compare({ params }: EmulatorRequest) {
    const basehead = decodeURIComponent(params.basehead ?? '');
    const [base, head] = basehead.split('...').map(ref => this.#repository.resolve(ref));
    if (base === undefined || head === undefined) throw notFound();
    const files = this.#changedFiles.compare(basehead);
    return { status: 200, body: { status: this.#repository.relate(base, head), ahead_by: 0, behind_by: 0, files } };
  }

  #createRef({ body }: EmulatorRequest) {
    const ref = textOf(body.ref) ?? '';
    const sha = textOf(body.sha) ?? '';
    if (!/^refs\/[^/]+\/.+/.test(ref)) throw unprocessable('Reference name must start with refs/ and have two slashes');
    this.#requireObject(sha);
    if (this.#repository.refs.has(ref)) throw unprocessable('Reference already exists');
    if (this.#repository.options.protectedTags?.test(ref.replace('refs/tags/', ''))) {
      throw unprocessable(
        'Repository rule violations found\n\nCannot create ref due to creations being restricted.\n\n',
      );
    }
    this.#repository.refs.set(ref, sha);
    return { status: 201, body: this.#refView(ref) };
  }

  #updateRef({ params, body }: EmulatorRequest) {
    const ref = `refs/${params.ref}`;
    const sha = textOf(body.sha) ?? '';
    const current = this.#repository.refs.get(ref);
    if (current === undefined) throw unprocessable('Reference does not exist');
    this.#requireObject(sha);
    if (body.force !== true && !this.#repository.descends(sha, current)) {
      throw unprocessable('Update is not a fast forward');
    }
    this.#repository.refs.set(ref, sha);
    return { status: 200, body: this.#refView(ref) };
  }

  #requireObject(sha: string): void {
    const known = this.#repository.knows(sha) || this.tags.some(tag => tag.sha === sha);
    if (!known) throw unprocessable('Object does not exist');
  }

  #refView(ref: string): object {
    const sha = this.#repository.refs.get(ref) ?? '';
    const type = this.tags.some(tag => tag.sha === sha) ? 'tag' : 'commit';
    return {
      ref,
      node_id: nodeId('Ref', ref),
      url: this.#repository.api(`/git/${ref}`),
      object: { type, sha, url: this.#repository.api(`/git/${type}s/${sha}`) },
    };
  }

  #tagView(tag: TagObject): object {
    return {
      node_id: nodeId('Tag', tag.sha),
      sha: tag.sha,
      url: this.#repository.api(`/git/tags/${tag.sha}`),
      tag: tag.tag,
      message: tag.message,
      tagger: tag.tagger,
      object: { type: tag.type, sha: tag.object, url: this.#repository.api(`/git/commits/${tag.object}`) },
      verification: { verified: false, reason: 'unsigned', signature: null, payload: null, verified_at: null },
    };
  }
}
