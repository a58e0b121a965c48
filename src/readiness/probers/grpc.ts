import { checkGrpcHealth } from '../../clients/grpc-health.ts';
import type { GrpcProbe } from '../../config/schema/probe/grpc.ts';
import { formatDuration } from '../../core/duration.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { makeExcerpt } from '../../expectations/excerpt.ts';
import { convertNetworkError, makeAttempt, type Prober, type Where } from '../attempt.ts';
import { checkLatency } from './slow.ts';

export const notServing: FindingKind = {
  code: 'probe/grpc-not-serving',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The gRPC server answers, but reports that it does not serve.',
  cause: 'The server is still starting or draining, lacks a dependency, or does not implement the health service.',
  help: "Read the server's log. For status 12, register grpc.health.v1.Health; for 5, correct `service`; for 7 or 16, set `bearer` or `metadata`.",
};

export function probeGrpc(probe: GrpcProbe, where: Where): Prober {
  const { grpc: url, service, timeout, bearer } = probe;
  const metadata = { ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }), ...probe.metadata };
  const target = `gRPC ${url}${service ? ` ${service}` : ''}`;
  return async ({ signal, redactor }) => {
    const started = performance.now();
    try {
      const health = await checkGrpcHealth({ url, service, metadata, timeout, signal });
      const took = performance.now() - started;
      const said = 'state' in health ? health.state : `status ${health.status}`;
      if (said === 'SERVING') {
        const detail = `SERVING in ${formatDuration(took)}`;
        const findings = checkLatency(target, took, probe.within, where);
        return makeAttempt(findings, { word: said, detail, took, isolated: true });
      }
      const reason =
        'message' in health && health.message ? `: ${makeExcerpt(health.message, text => redactor.redact(text))}` : '';
      const message = `${target} answered ${said}${reason}, expected SERVING.`;
      return makeAttempt([found(notServing, { message, ...where })], { word: said });
    } catch (error) {
      return convertNetworkError(error, target, where);
    }
  };
}
