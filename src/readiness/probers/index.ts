import { getMethod } from '../../config/probe-location.ts';
import type { Prober } from '../attempt.ts';
import { locateTarget, type SimpleTarget } from '../targets.ts';
import { probeDeployment } from './deployment.ts';
import { probeDns } from './dns.ts';
import { probeGrpc } from './grpc.ts';
import { probeHttp } from './http.ts';
import { probePostgres } from './postgres.ts';
import { probeQueue } from './queue.ts';
import { probeRedis } from './redis.ts';
import { probeTcp } from './tcp.ts';
import { probeTls } from './tls.ts';
import { probeWebsocket } from './websocket.ts';

/**
 * The prober of a target, chosen by the key of its kind. What is left at the end has the type of an HTTP probe, so the
 * compiler rejects this list if it lacks a kind.
 */
export function chooseProber(target: SimpleTarget): Prober {
  const { probe, place } = target;
  const where = locateTarget(probe, place);
  if ('tcp' in probe) return probeTcp(probe, where);
  if ('websocket' in probe) return probeWebsocket(probe, where);
  if ('dns' in probe) return probeDns(probe, where);
  if ('tls' in probe) return probeTls(probe, where);
  if ('grpc' in probe) return probeGrpc(probe, where);
  if ('postgres' in probe) return probePostgres(probe, where);
  if ('redis' in probe) return probeRedis(probe, where);
  if ('queue' in probe) return probeQueue(probe, where);
  if ('deployment' in probe) return probeDeployment(target, probe, where);
  return probeHttp(probe, getMethod(probe) ?? 'get', where);
}
