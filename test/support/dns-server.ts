import { createSocket } from 'node:dgram';
import { once } from 'node:events';

/** Records by host, each as `A 192.0.2.1`, `CNAME target`, `CAA issue authority` or `TXT text`. */
export type Zone = Record<string, string[]>;

export interface DnsServer {
  /** `127.0.0.1:port`, as a resolver is named. */
  address: string;
  stop(): Promise<void>;
}

const types: Record<string, number> = { A: 1, NS: 2, CNAME: 5, MX: 15, TXT: 16, AAAA: 28, CAA: 257 };

/**
 * A name server that knows only its zone, over UDP (RFC 1035). `silent` hears every question and answers none; `after`
 * answers so many milliseconds late.
 */
export async function startDns(
  zone: Zone,
  options: { silent?: boolean; rcode?: number; after?: number } = {},
): Promise<DnsServer> {
  const late = new Set<NodeJS.Timeout>();
  const socket = createSocket('udp4');
  socket.on('message', (question, peer) => {
    if (options.silent) return;
    const answer = () => socket.send(answerTo(question, zone, options.rcode), peer.port, peer.address);
    if (options.after === undefined) answer();
    else late.add(setTimeout(answer, options.after));
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    address: `127.0.0.1:${socket.address().port}`,
    stop: async () => {
      for (const timer of late) clearTimeout(timer);
      socket.close();
      await once(socket, 'close');
    },
  };
}

function answerTo(question: Buffer, zone: Zone, rcode: number | undefined): Buffer {
  const labels: string[] = [];
  let at = 12;
  for (let length = question[at] ?? 0; length > 0; length = question[at] ?? 0) {
    labels.push(question.toString('latin1', at + 1, at + 1 + length));
    at += length + 1;
  }
  const end = at + 5;
  const host = labels.join('.').toLowerCase();
  const type = question.readUInt16BE(at + 1);
  const known = Object.hasOwn(zone, host) ? zone[host] : undefined;
  const records = (known ?? []).map(entry => entry.split(' ')).filter(([name = '']) => types[name] === type);
  const header = Buffer.alloc(12);
  question.copy(header, 0, 0, 2);
  header.writeUInt16BE(0x8180 | (rcode ?? (known ? 0 : 3)), 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(records.length, 6);
  const answers = records.map(([name = '', ...data]) => {
    const body = dataOf(name, data);
    const fixed = Buffer.alloc(12);
    fixed.writeUInt16BE(0xc00c, 0); // the name of the question
    fixed.writeUInt16BE(type, 2);
    fixed.writeUInt16BE(1, 4);
    fixed.writeUInt32BE(60, 6);
    fixed.writeUInt16BE(body.length, 10);
    return Buffer.concat([fixed, body]);
  });
  return Buffer.concat([header, question.subarray(12, end), ...answers]);
}

function dataOf(type: string, data: string[]): Buffer {
  const [first = '', second = ''] = data;
  switch (type) {
    case 'A':
      return Buffer.from(first.split('.').map(Number));
    case 'AAAA':
      return Buffer.from(first.replace(/[^0-9a-f]/gi, '').padStart(32, '0'), 'hex');
    case 'TXT':
      return Buffer.concat([Buffer.from([first.length]), Buffer.from(first)]);
    case 'CAA':
      return Buffer.concat([Buffer.from([0, first.length]), Buffer.from(first), Buffer.from(second)]);
    default:
      return Buffer.concat([
        ...first.split('.').map(label => Buffer.concat([Buffer.from([label.length]), Buffer.from(label)])),
        Buffer.from([0]),
      ]);
  }
}
