import type { FindingKind } from '../../core/finding.ts';

const data = { severity: 'error', boundary: 'data' } as const;

export const tooManyClients: FindingKind = {
  ...data,
  code: 'database/redis-too-many-clients',
  meaning: 'Redis has as many connections as it allows, so it rejects new ones: those of the new release too.',
  cause: 'Connections that are never closed, more instances or workers than the plan allows, or both versions at once.',
  help: 'Close what `CLIENT LIST` shows as idle, share one connection in each process, or choose a plan with more connections.',
};

export const quotaUsedUp: FindingKind = {
  ...data,
  code: 'database/redis-quota-used-up',
  meaning: "The provider's quota of requests or storage is used up, so Redis rejects every command.",
  cause: 'A free plan, a loop that polls Redis, or the workers of a queue that asks often while it is idle.',
  help: "Look at the usage in the provider's console. Choose a larger plan, or send fewer commands.",
};

export const loading: FindingKind = {
  ...data,
  code: 'database/redis-loading',
  meaning: 'Redis has restarted and is loading its data, so it answers no command yet.',
  cause: 'A restart, a failover or a resize; a large data set takes minutes.',
  help: 'Wait until `INFO persistence` shows `loading:0`, then run the gate again.',
};

export const busy: FindingKind = {
  ...data,
  code: 'database/redis-busy',
  meaning: 'Redis runs a script that has taken too long, so every client waits.',
  cause: 'A Lua script that loops over many keys, such as cleaning a queue of millions of jobs.',
  help: 'Wait for the script to end. `SCRIPT KILL` ends one that has not written yet.',
};

export const primaryDown: FindingKind = {
  ...data,
  code: 'database/redis-primary-down',
  meaning: 'The replica has lost its primary, so it serves no data.',
  cause: 'A failover, or a network fault between the two.',
  help: 'Wait for the failover to end, then check `INFO replication` on both.',
};

export const clusterDown: FindingKind = {
  ...data,
  code: 'database/redis-cluster-down',
  meaning: 'The cluster does not serve all of its hash slots, so commands on some keys fail.',
  cause: 'A node that failed without a replica, or a cluster that was never given its slots.',
  help: 'Run `redis-cli --cluster check HOST:PORT`, then `--cluster fix`.',
};

export const notSaving: FindingKind = {
  ...data,
  code: 'database/redis-not-saving',
  meaning: 'Redis rejects every write, because it could not save its data to disk.',
  cause: 'A full disk, or too little memory to fork (vm.overcommit_memory).',
  help: "Read Redis's log for the reason, free disk or memory, then run `BGSAVE`.",
};

export const outOfMemory: FindingKind = {
  ...data,
  code: 'database/redis-out-of-memory',
  meaning: 'Redis has reached `maxmemory` and evicts nothing, so it rejects every write.',
  cause: 'Keys without expiry, completed jobs that are never removed, or a plan that is too small.',
  help: 'Remove what nobody needs (`removeOnComplete` for BullMQ), or choose a larger plan.',
};

export const readOnly: FindingKind = {
  ...data,
  code: 'database/redis-read-only',
  meaning: 'The address leads to a replica, which rejects every write.',
  cause: "The reader's endpoint in place of the primary's, or a failover that the address did not follow.",
  help: "Use the primary's endpoint. If the service only reads, set `replica: true` on the probe.",
};

export const notPermitted: FindingKind = {
  ...data,
  code: 'database/redis-not-permitted',
  meaning: "The user's access control list denies the command or the key.",
  cause: 'A user that was made for the service only, which lacks what the gate asks.',
  help: 'Give the user the command with `ACL SETUSER NAME +COMMAND`, or use another user for the gate.',
};

export const noSuchDatabase: FindingKind = {
  ...data,
  code: 'database/redis-no-such-database',
  meaning: 'The database number of the URL cannot be selected, so clients would read database 0 or fail.',
  cause: 'A number above `databases` (16 by default), or a cluster or a provider that has only database 0.',
  help: 'Use a number that exists, or remove it from the URL. To separate environments, use an instance for each.',
};

export const crossSlot: FindingKind = {
  ...data,
  code: 'database/redis-cross-slot',
  meaning: 'The keys are on several nodes of the cluster, which rejects a command that needs them together.',
  cause: 'A prefix or key without a hash tag. BullMQ needs one in a cluster (docs.bullmq.io, Redis Cluster).',
  help: 'Put the common part of the keys in braces, such as `prefix: "{bull}"`, in the service and in the configuration.',
};

export const redisSentinel: FindingKind = {
  ...data,
  code: 'database/redis-sentinel',
  meaning: 'The address is that of a Sentinel, which watches Redis servers and stores nothing.',
  cause: 'The port of the Sentinel (usually 26379) in place of the port of Redis.',
  help: 'Set the variable to the address of the primary, which the Sentinel names with `SENTINEL GET-MASTER-ADDR-BY-NAME`.',
};

interface Refusal {
  words: RegExp;
  kind: FindingKind;
  /** Whether it passes by itself within seconds or minutes. */
  passes: boolean;
}

/**
 * What Redis says when it refuses (redis src/server.c, shared objects; redis.io, Errors) and what Upstash says
 * (upstash/docs, redis/troubleshooting). The first that matches decides.
 */
const refusals: Refusal[] = [
  { words: /max number of clients|max concurrent connections exceeded/i, kind: tooManyClients, passes: true },
  { words: /max (daily )?requests? limit exceeded|DB capacity quota exceeded/i, kind: quotaUsedUp, passes: false },
  { words: /^LOADING\b/, kind: loading, passes: true },
  { words: /^BUSY\b/, kind: busy, passes: true },
  { words: /^MASTERDOWN\b/, kind: primaryDown, passes: true },
  { words: /^(CLUSTERDOWN|TRYAGAIN)\b/, kind: clusterDown, passes: true },
  { words: /^MISCONF\b/, kind: notSaving, passes: false },
  { words: /^OOM\b/, kind: outOfMemory, passes: false },
  { words: /^READONLY\b/, kind: readOnly, passes: false },
  { words: /^NOPERM\b/, kind: notPermitted, passes: false },
  { words: /^CROSSSLOT\b/, kind: crossSlot, passes: false },
  {
    words: /DB index is out of range|SELECT is not allowed in cluster mode|Only 0th database is supported/i,
    kind: noSuchDatabase,
    passes: false,
  },
];

/**
 * Whether Redis refused a single command: the user may not run it, the server lacks it, or the key is on another node of
 * the cluster (docs: Redis, ACL and cluster specification).
 */
export function isDenied(error: unknown): boolean {
  return error instanceof Error && /^(NOPERM|MOVED|ASK|ERR)\b/.test(error.message);
}

/** Redis answered, and refused: the credentials, the command, or for a state that it is in. */
export class RedisRefused extends Error {
  /** Why; undefined for wrong credentials and for what only its message explains. */
  readonly kind: FindingKind | undefined;
  /** Whether it passes by itself: it loads its data, fails over, or is busy. */
  readonly passing: boolean;

  constructor(message: string, kind?: FindingKind) {
    super(message);
    this.name = 'RedisRefused';
    const refusal = refusals.find(({ words }) => words.test(message));
    this.kind = kind ?? refusal?.kind;
    this.passing = refusal?.passes ?? false;
  }

  /** Whether it is the user or the password that was refused (docs: Redis, AUTH and ACL). */
  get ofCredentials(): boolean {
    return /\b(WRONGPASS|NOAUTH|invalid password|invalid username)/i.test(this.message);
  }
}
