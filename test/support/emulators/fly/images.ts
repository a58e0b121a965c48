import { createHash } from 'node:crypto';
import type { Build } from '../../deployments.ts';

/** Fields of `image_ref` (superfly/fly-go machine_types.go). */
export interface ImageRef {
  registry: string;
  repository: string;
  tag?: string;
  digest?: string;
  labels?: Record<string, string>;
}

/** The images that can be pulled, by name. A name has one digest for as long as it exists. */
export class ImageRegistry {
  readonly #builds: Map<string, Build>;
  readonly #labels: Record<string, Record<string, string>>;

  constructor(builds: Record<string, Build>, labels: Record<string, Record<string, string>> = {}) {
    this.#builds = new Map(Object.entries(builds));
    this.#labels = labels;
  }

  /** Finds an image by tag, by digest, or by both when they agree. */
  find(name: string): { ref: ImageRef; build: Build } | undefined {
    const wanted = parseImage(name);
    for (const [known, build] of this.#builds) {
      const ref = { ...parseImage(known), digest: digestOf(known), labels: this.#labels[known] ?? {} };
      const sameRepository = ref.registry === wanted.registry && ref.repository === wanted.repository;
      const sameTag = wanted.tag === undefined || wanted.tag === ref.tag;
      const sameDigest = wanted.digest === undefined || wanted.digest === ref.digest;
      if (sameRepository && sameTag && sameDigest) return { ref, build };
    }
    return undefined;
  }

  add(name: string, build: Build): void {
    this.#builds.set(name, build);
  }

  /** Removes an image, as a registry does with old ones. Machines that run it go on. */
  prune(name: string): void {
    this.#builds.delete(name);
  }
}

/** `registry.fly.io/app:tag@sha256:…`; the registry defaults to Fly's mirror of Docker Hub, the tag to `latest`. */
export function parseImage(name: string): ImageRef {
  const [named = '', digest] = name.split('@');
  const slash = named.indexOf('/');
  const first = named.slice(0, Math.max(slash, 0));
  const hasRegistry = /[.:]/.test(first) || first === 'localhost';
  const registry = hasRegistry ? first : 'docker-hub-mirror.fly.io';
  const rest = hasRegistry ? named.slice(slash + 1) : named;
  const [repository = '', tag] = rest.split(':');
  if (digest !== undefined) return { registry, repository, digest, ...(tag === undefined ? {} : { tag }) };
  return { registry, repository, tag: tag ?? 'latest' };
}

function digestOf(name: string): string {
  return `sha256:${createHash('sha256').update(name).digest('hex')}`;
}
