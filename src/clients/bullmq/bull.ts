import type { FindingKind } from '../../core/finding.ts';

export const bullQueue: FindingKind = {
  code: 'queue/bull',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'The queue was made by Bull, the predecessor of BullMQ, so the gate cannot judge it.',
  cause: 'The service uses the package `bull`, which keeps neither settings nor events in Redis.',
  help: 'Move the queue to BullMQ 3 or later, or check it with `redis` steps, such as LLEN of its `wait` list.',
};
