import type { PreflightCheck, Section } from '../section.ts';
import { certificate } from './certificate.ts';
import { dns } from './dns.ts';
import type { EdgeCheck } from './edge-check.ts';
import { hsts, httpsRedirect } from './https.ts';
import { websocket } from './websocket.ts';

const all: EdgeCheck[] = [dns, certificate, httpsRedirect, hsts, websocket];

/** What stands between the users and the platform. */
export const planEdgeChecks: Section = ({ config }, context) =>
  Object.entries(config.preflight.edge ?? {}).flatMap(([host, edge]) => {
    const place = config.placeOfKey(['preflight', 'edge', host]);
    return all.flatMap(({ name, boundary, plan }): PreflightCheck[] => {
      const run = plan({ edge, place }, context);
      return run ? [{ name: `edge.${host}.${name}`, boundary, run }] : [];
    });
  });
