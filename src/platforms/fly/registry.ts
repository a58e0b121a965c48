import { sendRequest } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
import { parseImage } from '../image.ts';

export const imageGone: FindingKind = {
  code: 'platform/image-gone',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The registry of Fly.io does not have the image, so nothing was changed.',
  cause: 'A build that did not push, another tag than the configuration names, or an image that was pruned.',
  help: 'Push the image under this name; for a way back, build the earlier commit again and push it.',
};

export const imageNotChecked: FindingKind = {
  code: 'platform/image-not-checked',
  severity: 'notice',
  boundary: 'delivery',
  meaning: 'Whether the image can be pulled was not known beforehand; Fly.io says so when a machine is updated.',
  cause: 'A registry that did not answer, or a token that may change machines and not read images.',
  help: 'Nothing needs to be done if the machines came up.',
};

const flyRegistry = 'registry.fly.io';

/** OCI distribution specification, "Pulling manifests": the forms that an image can have. */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Asks the registry of Fly.io for an image. Images elsewhere are not asked for: Fly.io has the credentials, not the
 * gate. The user name and FLY_REGISTRY_HOST are those of flyctl (superfly/flyctl internal/build/imgsrc/docker.go).
 */
export async function checkImage(
  image: string,
  token: string,
  { variables }: GateContext,
  { timeout, signal }: { timeout: number; signal: AbortSignal },
): Promise<Finding[]> {
  const { name, tag, digest } = parseImage(image);
  if (!name.startsWith(`${flyRegistry}/`)) return [];
  const host = variables.FLY_REGISTRY_HOST || flyRegistry;
  const repository = name.slice(flyRegistry.length + 1);
  const url = `${schemeOf(host)}://${host}/v2/${repository}/manifests/${digest ?? tag ?? 'latest'}`;
  const authorization = `Basic ${Buffer.from(`x:${token}`).toString('base64')}`;
  const headers = { accept: manifestTypes, authorization };
  try {
    const { status } = await sendRequest({ method: 'HEAD', url, headers, timeout, signal });
    if (status === 200) return [];
    if (status === 404) return [found(imageGone, { message: `${host} does not have the image ${image}.` })];
    return [found(imageNotChecked, { message: `${host} answered ${status} when asked for the image ${image}.` })];
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return [
      found(imageNotChecked, { message: `${host} could not be asked for the image ${image}: ${error.message}.` }),
    ];
  }
}

/** Docker speaks plain HTTP to a registry on the machine itself (docs: dockerd, insecure registries). */
function schemeOf(host: string): string {
  return /^(?:localhost|127\.0\.0\.1)(?::|$)/.test(host) ? 'http' : 'https';
}
