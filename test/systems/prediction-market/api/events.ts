import type { Redis } from 'ioredis';

export interface MarketEvent {
  event: 'order:placed' | 'order:cancelled' | 'trade:executed';
  data: { marketId: string } & Record<string, unknown>;
}

export interface MarketEvents {
  publish(event: MarketEvent): Promise<void>;
  /** Calls the listener with the events of all markets, whichever instance published them. */
  listen(listener: (event: MarketEvent) => void): void;
}

const CHANNEL = 'markets';

/** @param subscriber a connection of its own: Redis takes no other commands on one that subscribes. */
export function createMarketEvents(publisher: Redis, subscriber: Redis): MarketEvents {
  return {
    async publish(event) {
      await publisher.publish(CHANNEL, JSON.stringify(event));
    },
    listen(listener) {
      subscriber.on('message', (_channel, text) => listener(JSON.parse(text)));
      // Not before the first connection; after a lost one, ioredis subscribes again by itself.
      subscriber.once('ready', () => {
        subscriber.subscribe(CHANNEL).catch((error: Error) => subscriber.emit('error', error));
      });
    },
  };
}
