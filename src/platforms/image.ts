interface Image {
  name: string;
  tag: string | undefined;
  digest: string | undefined;
}

/** Parses `registry.fly.io/app:tag@sha256:…`. The tag is `latest` where the text has neither tag nor digest. */
export function parseImage(text: string): Image {
  const [named = '', digest] = text.split('@');
  const colon = named.lastIndexOf(':');
  const hasTag = colon > named.lastIndexOf('/'); // otherwise the colon starts the port of a registry
  const tag = hasTag ? named.slice(colon + 1) : undefined;
  return { name: hasTag ? named.slice(0, colon) : named, tag: tag ?? (digest ? undefined : 'latest'), digest };
}

/** The image with its digest, so that it stays the same image when its tag moves. */
export function pinDigest(image: string, digest: string | undefined): string {
  return digest && !image.includes('@') ? `${image}@${digest}` : image;
}

/** Whether both name the same image: by digest where both have one, otherwise by tag. */
export function isSameImage(one: string, other: string): boolean {
  const [a, b] = [parseImage(one), parseImage(other)];
  if (a.name !== b.name) return false;
  return a.digest && b.digest ? a.digest === b.digest : a.tag !== undefined && a.tag === b.tag;
}

/** Whether the name always means the same image: by a digest, or by a tag that contains the commit. */
export function isImmutable(image: string, commit: string): boolean {
  const { tag, digest } = parseImage(image);
  return digest !== undefined || (commit.length >= 7 && (tag?.includes(commit.slice(0, 7)) ?? false));
}

/** The commit at the end of the tag, such as `main-` and 40 digits. */
export function findCommitInTag(image: string): string | undefined {
  return /^(?:.*-)?([0-9a-f]{40})$/.exec(parseImage(image).tag ?? '')?.[1];
}
