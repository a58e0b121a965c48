import * as cors from './cors.ts';
import * as errorEnvelope from './error-envelope.ts';
import * as graphql from './graphql.ts';
import * as http from './http.ts';
import * as httpsRedirect from './https-redirect.ts';
import * as idempotent from './idempotent.ts';
import * as injection from './injection.ts';
import * as listen from './listen.ts';
import * as oauth from './oauth.ts';
import * as queue from './queue.ts';
import * as rateLimit from './rate-limit.ts';
import * as redis from './redis.ts';
import * as run from './run.ts';
import * as securityHeaders from './security-headers.ts';
import * as set from './set.ts';
import * as sql from './sql.ts';
import * as sse from './sse.ts';
import * as unauthenticated from './unauthenticated.ts';
import * as use from './use.ts';
import * as waitUntil from './wait-until.ts';
import * as websocket from './websocket.ts';

/** The schema and the form of every step. Made by script/generate from the files of this folder. */
export const kinds = {
  cors,
  'error-envelope': errorEnvelope,
  graphql,
  http,
  'https-redirect': httpsRedirect,
  idempotent,
  injection,
  listen,
  oauth,
  queue,
  'rate-limit': rateLimit,
  redis,
  run,
  'security-headers': securityHeaders,
  set,
  sql,
  sse,
  unauthenticated,
  use,
  'wait-until': waitUntil,
  websocket,
};
