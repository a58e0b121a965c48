import { getErrorCode } from '../core/errors.ts';
import { startDeadline } from './deadline.ts';
import { malformedAnswer, NetworkError, timedOut, toNetworkError } from './network-error.ts';

export interface GrpcHealthRequest {
  /** https://host:port, or http:// for HTTP/2 without TLS. */
  url: string;
  /** The service that is asked for; empty for the server as a whole. */
  service: string;
  metadata: Record<string, string>;
  /** Milliseconds. */
  timeout: number;
  signal: AbortSignal;
}

/** grpc.health.v1.HealthCheckResponse.ServingStatus, by number (grpc/grpc-proto, grpc/health/v1/health.proto). */
const states = ['UNKNOWN', 'SERVING', 'NOT_SERVING', 'SERVICE_UNKNOWN'] as const;

/** What the server says, or the status of the call that it refused (docs: gRPC, Status codes), such as 5 or 12. */
export type GrpcHealth = { state: (typeof states)[number] } | { status: number; message: string };

/**
 * Calls grpc.health.v1.Health/Check. Throws a NetworkError when no answer came, or none of gRPC, and the signal's
 * reason when aborted.
 */
export async function checkGrpcHealth({
  url,
  service,
  metadata,
  timeout,
  signal,
}: GrpcHealthRequest): Promise<GrpcHealth> {
  const { connect } = await import('node:http2');
  const target = `gRPC ${url}`;
  signal.throwIfAborted();
  const deadline = startDeadline(timeout, signal);
  const session = connect(url);
  const stop = () => session.destroy(new Error('stopped'));
  deadline.signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<GrpcHealth>((resolve, reject) => {
      session.once('error', reject);
      const names = Object.entries(metadata).map(([name, value]) => [name.toLowerCase(), value]);
      const stream = session.request({
        ...Object.fromEntries(names),
        ':method': 'POST',
        ':path': '/grpc.health.v1.Health/Check',
        'content-type': 'application/grpc',
        te: 'trailers',
        'grpc-timeout': `${timeout}m`,
      });
      const chunks: Buffer[] = [];
      let headers: Record<string, unknown> = {};
      stream.on('response', received => (headers = { ...headers, ...received }));
      stream.on('trailers', received => (headers = { ...headers, ...received }));
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', reject);
      stream.on('end', () => {
        try {
          resolve(readHealth(headers, Buffer.concat(chunks), target));
        } catch (error) {
          reject(error);
        }
      });
      stream.end(frameRequest(service));
    });
  } catch (error) {
    signal.throwIfAborted();
    if (deadline.passed) throw new NetworkError(timedOut, `${target} gave no answer within ${timeout} ms`);
    throw toNetworkError(error, target) ?? explainProtocol(error, target);
  } finally {
    deadline.clear();
    session.on('error', () => {}); // the session ends here, so its errors no longer matter
    session.destroy();
  }
}

/** What Node.js says of a server that speaks HTTP/1.1 or something else (docs: Node.js, HTTP/2, ERR_HTTP2_ERROR). */
function explainProtocol(error: unknown, target: string): unknown {
  if (getErrorCode(error) !== 'ERR_HTTP2_ERROR') return error;
  return new NetworkError(malformedAnswer, `${target} answered in another protocol than HTTP/2, which gRPC needs`, {
    help: 'Check the port, and let the proxy in front of the server speak HTTP/2 to clients and to the server.',
  });
}

/** The request as a message of Protocol Buffers (field 1, a string) behind the five bytes of gRPC's frame. */
function frameRequest(service: string): Buffer {
  const name = Buffer.from(service);
  const message = name.length === 0 ? name : Buffer.concat([Buffer.from([0x0a, ...encodeVarint(name.length)]), name]);
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(message.length, 1);
  return Buffer.concat([prefix, message]);
}

/** Seven bits in each byte, the lowest first; the eighth says that more follow (docs: Protocol Buffers, Encoding). */
function encodeVarint(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...encodeVarint(value >>> 7)];
}

/**
 * Decodes a percent-encoded message. A server may send anything: other text stays as it is, and bytes that are not UTF-8
 * become U+FFFD (docs: gRPC over HTTP/2, Percent-Encoded).
 */
function decodeMessage(header: string): string {
  return header.replace(/(?:%[0-9a-f]{2})+/gi, bytes => Buffer.from(bytes.replaceAll('%', ''), 'hex').toString());
}

function readHealth(headers: Record<string, unknown>, body: Buffer, target: string): GrpcHealth {
  const type = String(headers['content-type'] ?? '');
  if (headers[':status'] !== 200 || !type.startsWith('application/grpc')) {
    const answered = `HTTP ${headers[':status']} and ${type || 'no content type'}`;
    throw new NetworkError(malformedAnswer, `${target} answered ${answered}, which is not gRPC`);
  }
  const status = Number(headers['grpc-status'] ?? 0);
  if (status !== 0) return { status, message: decodeMessage(String(headers['grpc-message'] ?? '')) };
  const [tag, value = 0] = body.subarray(5); // UNKNOWN is the default, which is not sent
  return { state: tag === 0x08 ? (states[value] ?? 'UNKNOWN') : 'UNKNOWN' };
}
