import { methodOf } from '../../config/probe-location.ts';
import type { Prober } from '../attempt.ts';
import { httpProber } from '../http/prober.ts';
import { type SimpleTarget, whereOf } from '../targets.ts';
import { deploymentProber } from './deployment.ts';
import { dnsProber } from './dns.ts';
import { grpcProber } from './grpc.ts';
import { postgresProber } from './postgres.ts';
import { queueProber } from './queue.ts';
import { redisProber } from './redis.ts';
import { tcpProber } from './tcp.ts';
import { tlsProber } from './tls.ts';
import { websocketProber } from './websocket.ts';

/** How a target is asked once; told by the key that names what is asked. */
export function proberOf(target: SimpleTarget): Prober {
  const { probe, place } = target;
  const where = whereOf(probe, place);
  if ('tcp' in probe) return tcpProber(probe, where);
  if ('websocket' in probe) return websocketProber(probe, where);
  if ('dns' in probe) return dnsProber(probe, where);
  if ('tls' in probe) return tlsProber(probe, where);
  if ('grpc' in probe) return grpcProber(probe, where);
  if ('postgres' in probe) return postgresProber(probe, where);
  if ('redis' in probe) return redisProber(probe, where);
  if ('queue' in probe) return queueProber(probe, where);
  if ('deployment' in probe) return deploymentProber(target, probe, where);
  return httpProber(probe, methodOf(probe) ?? 'get', where);
}
