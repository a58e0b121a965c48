import { sendRequest } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, found } from '../../core/finding.ts';
import { parseImage } from '../image.ts';
import { imageGone, imageNotChecked } from './findings.ts';

const flyRegistry = 'registry.fly.io';

/** The forms that an image can have (OCI distribution specification, "Pulling manifests"). */
const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

/**
 * Asks the registry of Fly.io for an image. It skips images elsewhere: Fly.io has the credentials, not the gate. The
 * user name and FLY_REGISTRY_HOST are those of flyctl (superfly/flyctl internal/build/imgsrc/docker.go).
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
  const url = `${chooseScheme(host)}://${host}/v2/${repository}/manifests/${digest ?? tag ?? 'latest'}`;
  const authorization = `Basic ${Buffer.from(`x:${token}`).toString('base64')}`;
  const headers = { accept: manifestTypes, authorization };
  try {
    const { status } = await sendRequest({ method: 'HEAD', url, headers, timeout, signal });
    if (status === 200) return [];
    if (status === 404) return [found(imageGone, { message: `${host} does not have the image ${image}.` })];
    return [found(imageNotChecked, { message: `${host} answered ${status} when asked for the image ${image}.` })];
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return [found(imageNotChecked, { message: `${host} did not answer for the image ${image}: ${error.message}.` })];
  }
}

/** Docker uses plain HTTP for a registry on the same machine (docs: dockerd, insecure registries). */
function chooseScheme(host: string): string {
  return /^(?:localhost|127\.0\.0\.1)(?::|$)/.test(host) ? 'http' : 'https';
}
