/**
 * How BullMQ 3 to 6 keep a queue in Redis (taskforcesh/bullmq, src/classes/queue-keys.ts and src/commands; tried on
 * 3.16, 4.18, 5.81 and 6.7).
 */
export interface QueueName {
  /** `bull` by default; in a cluster with a hash tag, such as `{bull}`. */
  prefix: string;
  name: string;
}

export function buildKey({ prefix, name }: QueueName, rest: string): string {
  return `${prefix}:${name}:${rest}`;
}

/** The lists and sorted sets with the ids of jobs. Before BullMQ 6, a paused queue keeps its waiting jobs in `paused`. */
export const lists = ['wait', 'active', 'paused'] as const;
export const sets = ['completed', 'failed', 'delayed', 'prioritized', 'waiting-children'] as const;
export type JobState = (typeof lists)[number] | (typeof sets)[number];

/** Before BullMQ 5, a list can contain `0:` and a time, to wake the workers: that is not a job. */
export function isMarker(id: string): boolean {
  return id.startsWith('0:');
}

/** The score of a delayed job is when it is due, shifted by 12 bits to make room for a counter. */
export function readDueTime(score: number): number {
  return Math.floor(score / 0x1000);
}

/** The score of a prioritized job is its priority, shifted by 32 bits to make room for a counter. */
export const priorityStep = 2 ** 32;

/**
 * How many attempts of a job have ended. From BullMQ 5, `atm` counts them, and `ats` those that began; before,
 * `attemptsMade` counted those that began.
 */
export function countEndedAttempts(stored: Record<string, string>, isActive: boolean): number {
  if (stored.ats !== undefined || stored.atm !== undefined) return Number(stored.atm ?? 0);
  return Math.max(0, Number(stored.attemptsMade ?? 0) - (isActive ? 1 : 0));
}
