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

interface Image {
  name: string;
  digest: string;
  build: Build;
  /** Whether its tag has moved to a newer image, so that only its digest finds it. */
  isUntagged: boolean;
}

/** The images that can be pulled, by name. A name has one digest until it is pushed again. */
export class ImageRegistry {
  #images: Image[];
  readonly #labels: Record<string, Record<string, string>>;

  constructor(builds: Record<string, Build>, labels: Record<string, Record<string, string>> = {}) {
    this.#images = [];
    this.#labels = labels;
    for (const [name, build] of Object.entries(builds)) this.add(name, build);
  }

  /** Finds an image by tag, by digest, or by both when they agree. */
  find(name: string): { ref: ImageRef; build: Build } | undefined {
    const wanted = parseImage(name);
    for (const { name: known, digest, build, isUntagged } of this.#images) {
      const ref = { ...parseImage(known), digest, labels: this.#labels[known] ?? {} };
      const sameRepository = ref.registry === wanted.registry && ref.repository === wanted.repository;
      const sameTag = wanted.tag === undefined || wanted.tag === ref.tag;
      const sameDigest = wanted.digest === undefined ? !isUntagged : wanted.digest === ref.digest;
      if (sameRepository && sameTag && sameDigest) return { ref, build };
    }
    return undefined;
  }

  /** Pushes an image. Where the name has one already, its tag moves. */
  add(name: string, build: Build): void {
    const before = this.#images.filter(image => image.name === name);
    for (const image of before) image.isUntagged = true;
    this.#images.push({ name, digest: digestOf(name, before.length), build, isUntagged: false });
  }

  /** Removes an image, as a registry does with old ones. Machines that run it go on. */
  prune(name: string): void {
    this.#images = this.#images.filter(image => image.name !== name);
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

function digestOf(name: string, pushes: number): string {
  const content = pushes === 0 ? name : `${name} ${pushes}`;
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
