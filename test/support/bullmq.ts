import { createRequire } from 'node:module';
import { join } from 'node:path';
import * as current from 'bullmq';
import { vendorPackage } from './vendors.ts';

/** The part of BullMQ that every version has. */
export type BullMq = Pick<typeof current, 'Queue' | 'Worker' | 'FlowProducer'>;

/** BullMQ of a major version: 6 is a dependency of the tests, older ones are vendors' packages. Undefined if not installed. */
export function loadBullMq(major: 3 | 4 | 5 | 6): BullMq | undefined {
  if (major === 6) return current;
  const path = vendorPackage(`bullmq${major}`);
  return path === undefined ? undefined : createRequire(join(path, 'package.json'))(path);
}

/** Bull, the predecessor: only what the tests use. */
export interface BullQueue {
  add(name: string, data: object): Promise<unknown>;
  close(): Promise<void>;
}

export function loadBull(name: 'bull' | 'bull3'): (new (name: string, url: string) => BullQueue) | undefined {
  const path = vendorPackage(name);
  return path === undefined ? undefined : createRequire(join(path, 'package.json'))(path);
}
