import { type Method, methods } from './http-methods.ts';
import type { HttpProbe } from './schema/probe/http.ts';
import type { ProbeTarget, SimpleProbe } from './schema/probe.ts';

/** The path or URL that a probe over HTTP or WebSocket asks; undefined for others. */
export function getLocation(probe: SimpleProbe): string | undefined {
  if ('websocket' in probe) return probe.websocket;
  const method = getMethod(probe);
  return method && (probe as HttpProbe)[method];
}

/** The method of a probe over HTTP; undefined for others. */
export function getMethod(probe: SimpleProbe): Method | undefined {
  return methods.find(method => method in probe && (probe as HttpProbe)[method] !== undefined);
}

/** Whether the probe asks the service that it is declared for, which must then be declared itself. */
export function needsService(probe: ProbeTarget): boolean {
  if ('any-of' in probe) return probe['any-of'].some(needsService);
  if ('deployment' in probe) return true;
  const location = getLocation(probe);
  return location !== undefined && !URL.canParse(location);
}
