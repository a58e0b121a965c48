import type { Configuration } from '../../../config/load.ts';
import type { Check } from '../../../core/check.ts';
import type { GateContext } from '../../../core/context.ts';
import { certificateCheck } from './certificate.ts';
import { dnsCheck } from './dns.ts';
import { hstsCheck, redirectCheck } from './https.ts';
import { websocketCheck } from './websocket.ts';

/** What stands between the users and the platform. */
export function edgeChecks(config: Configuration, { clock }: GateContext): Check[] {
  return Object.entries(config.preflight.edge).flatMap(([name, edge]) => {
    const place = config.placeOfKey(['preflight', 'edge', name]);
    return [
      dnsCheck(name, edge, place),
      certificateCheck(name, edge, place, clock),
      redirectCheck(name, edge, place),
      hstsCheck(name, edge, place),
      websocketCheck(name, edge, place),
    ].filter(check => check !== undefined);
  });
}
