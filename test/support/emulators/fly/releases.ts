import { randomText } from '../values.ts';

/** One release: superfly/flyctl internal/uiex/releases.go and `ReleaseUnprocessed` of the GraphQL schema. */
export interface Release {
  id: string;
  version: number;
  /** Written by the client that deploys: a client that was killed leaves it as it was. */
  status: string;
  strategy: string;
  image: string;
  /** The fly.toml it was made with, as JSON. */
  definition: unknown;
  user: string;
  metadata: unknown;
  createdAt: Date;
  updatedAt: Date;
}

const FINAL = ['complete', 'succeeded', 'failed', 'interrupted', 'cancelled'];

export class Releases {
  readonly #all: Release[] = [];

  create(image: string, strategy: string, status: string, definition: unknown = null): Release {
    const now = new Date();
    const release = {
      id: randomText(24, '0123456789abcdefghijklmnopqrstuvwxyz'),
      version: this.#all.length + 1,
      status,
      strategy,
      image,
      definition,
      user: 'deployer@example.com',
      metadata: null,
      createdAt: now,
      updatedAt: now,
    };
    this.#all.push(release);
    return release;
  }

  find(id: string): Release | undefined {
    return this.#all.find(release => release.id === id);
  }

  newestFirst(limit = 25): Release[] {
    return this.#all.toReversed().slice(0, limit);
  }

  get current(): Release | undefined {
    return this.#all.at(-1);
  }
}

export function inProgress(release: Release): boolean {
  return !FINAL.includes(release.status);
}

export function stable(release: Release): boolean {
  return release.status === 'complete' || release.status === 'succeeded';
}
