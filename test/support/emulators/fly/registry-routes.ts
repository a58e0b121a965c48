import { type EmulatorRequest, type Route, route } from '../http.ts';
import type { FlyApp } from './app.ts';

/** Images of the apps as registry.fly.io has them: OCI distribution specification, pulling manifests. */
export function registryRoutes(apps: ReadonlyMap<string, FlyApp>): Route[] {
  const manifest = ({ params }: EmulatorRequest) => {
    const { app: name = '', reference = '' } = params;
    const separator = reference.startsWith('sha256:') ? '@' : ':';
    const found = apps.get(name)?.images.find(`registry.fly.io/${name}${separator}${reference}`);
    if (found === undefined) return { status: 404, body: { errors: [{ code: 'MANIFEST_UNKNOWN' }] } };
    return { status: 200, headers: { 'docker-content-digest': found.ref.digest ?? '' } };
  };
  return [route('HEAD /v2/:app/manifests/:reference', manifest), route('GET /v2/:app/manifests/:reference', manifest)];
}
