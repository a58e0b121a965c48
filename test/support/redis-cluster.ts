import { Redis } from 'ioredis';
import { onFreePort } from './free-port.ts';
import { type RunningRedis, startRedis } from './redis.ts';

/** All hash slots of a cluster (docs: Redis, cluster specification). */
const slots = 16_384;

/** Starts a Redis Cluster of so many primaries, each with its share of the slots. The URL is that of the first. */
export async function startCluster(count: number): Promise<Pick<RunningRedis, 'url' | 'stop'>> {
  const config = {
    'cluster-enabled': 'yes',
    'cluster-config-file': 'nodes.conf',
    'cluster-require-full-coverage': 'yes',
  };
  const nodes = await Promise.all(
    Array.from({ length: count }, async () => {
      // The port of the bus is that of the clients plus 10,000 otherwise, and may not exist.
      const { running } = await onFreePort(async bus => ({
        running: await startRedis({ config: { ...config, 'cluster-port': String(bus) } }),
        bus,
      }));
      return running;
    }),
  );
  const clients = nodes.map(({ url }) => new Redis(url));
  try {
    const share = Math.ceil(slots / count);
    for (const [index, client] of clients.entries())
      await client.cluster('ADDSLOTSRANGE', index * share, Math.min((index + 1) * share, slots) - 1);
    const buses = await Promise.all(
      clients.map(async client => Number(((await client.config('GET', 'cluster-port')) as string[])[1])),
    );
    for (const [index, { url }] of nodes.entries())
      if (index > 0) await clients[0]?.call('CLUSTER', 'MEET', '127.0.0.1', new URL(url).port, String(buses[index]));
    for (const client of clients)
      while (
        !String(await client.cluster('INFO')).includes('cluster_state:ok') ||
        !String(await client.cluster('INFO')).includes(`cluster_known_nodes:${count}`)
      )
        await new Promise(resolve => setTimeout(resolve, 20));
  } finally {
    for (const client of clients) client.disconnect();
  }
  return { url: nodes[0]?.url ?? '', stop: async () => void (await Promise.all(nodes.map(node => node.stop()))) };
}
