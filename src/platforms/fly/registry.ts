import { sendRequest } from '../../clients/http.ts';
import { NetworkError } from '../../clients/network-error.ts';
import type { GateContext } from '../../core/context.ts';
import { type Finding, type FindingKind, found } from '../../core/finding.ts';
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

export interface ImageCheck {
  /** What speaks against running the image. */
  findings: Finding[];
  /** Absent where the registry did not tell it. */
  digest?: string;
}

/**
 * Asks the registry of Fly.io for an image. It skips images elsewhere: Fly.io has the credentials, not the gate. The
 * user name and FLY_REGISTRY_HOST are those of flyctl (superfly/flyctl internal/build/imgsrc/docker.go).
 */
export async function checkImage(
  image: string,
  token: string,
  { variables }: GateContext,
  { timeout, signal }: { timeout: number; signal: AbortSignal },
): Promise<ImageCheck> {
  const { name, tag, digest } = parseImage(image);
  if (!name.startsWith(`${flyRegistry}/`)) return { findings: [] };
  const host = variables.FLY_REGISTRY_HOST || flyRegistry;
  const repository = name.slice(flyRegistry.length + 1);
  const url = `${chooseScheme(host)}://${host}/v2/${repository}/manifests/${digest ?? tag ?? 'latest'}`;
  const authorization = `Basic ${Buffer.from(`x:${token}`).toString('base64')}`;
  const headers = { accept: manifestTypes, authorization };
  const report = (kind: FindingKind, message: string): ImageCheck => ({ findings: [found(kind, { message })] });
  try {
    const { status, headers: answered } = await sendRequest({ method: 'HEAD', url, headers, timeout, signal });
    if (status === 404) return report(imageGone, `${host} does not have the image ${image}.`);
    if (status !== 200) return report(imageNotChecked, `${host} answered ${status} when asked for the image ${image}.`);
    const known = answered['docker-content-digest'];
    return { findings: [], ...(known && { digest: known }) };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    return report(imageNotChecked, `${host} did not answer for the image ${image}: ${error.message}.`);
  }
}

/** Docker uses plain HTTP for a registry on the same machine (docs: dockerd, insecure registries). */
function chooseScheme(host: string): string {
  return /^(?:localhost|127\.0\.0\.1)(?::|$)/.test(host) ? 'http' : 'https';
}
