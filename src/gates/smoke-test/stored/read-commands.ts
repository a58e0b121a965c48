/**
 * The commands that only read (docs: Redis, command reference, and those of its JSON, search, time series and
 * probabilistic types). Providers such as Upstash do not answer COMMAND INFO, and an ACL may forbid it.
 */
const commands = new Set(
  `bitcount bitfield_ro bitpos dbsize dump echo exists expiretime geodist geohash geopos georadius_ro
  georadiusbymember_ro geosearch get getbit getrange hexists hexpiretime hget hgetall hkeys hlen hmget hpexpiretime
  hpttl hrandfield hscan hstrlen httl hvals info keys lastsave lcs lindex llen lolwut lpos lrange mget pexpiretime ping
  pttl randomkey role scan scard sdiff sinter sintercard sismember smembers smismember sort_ro srandmember sscan strlen
  substr sunion time ttl type xlen xpending xrange xread xrevrange zcard zcount zdiff zinter zintercard zlexcount
  zmscore zrandmember zrange zrangebylex zrangebyscore zrank zrevrange zrevrangebylex zrevrangebyscore zrevrank zscan
  zscore zunion json.arrindex json.arrlen json.get json.mget json.objkeys json.objlen json.strlen json.type ft.info
  ft.search ft.aggregate ft._list ts.get ts.info ts.mget ts.mrange ts.range ts.revrange bf.exists bf.info bf.mexists
  cf.count cf.exists cf.info`
    .trim()
    .split(/\s+/),
);

/** The subcommands that only read. */
const subcommands: Readonly<Record<string, readonly string[]>> = {
  client: ['getname', 'id', 'info', 'list'],
  cluster: ['countkeysinslot', 'info', 'keyslot', 'myid', 'nodes', 'shards', 'slots'],
  config: ['get'],
  function: ['list', 'stats'],
  latency: ['doctor', 'histogram', 'history', 'latest'],
  memory: ['doctor', 'stats', 'usage'],
  object: ['encoding', 'freq', 'idletime', 'refcount'],
  pubsub: ['channels', 'numpat', 'numsub', 'shardchannels', 'shardnumsub'],
  slowlog: ['get', 'len'],
  xinfo: ['consumers', 'groups', 'stream'],
};

/** Whether a command is known to read only. */
export function onlyReads(command: string, subcommand = ''): boolean {
  const name = command.toLowerCase();
  if (Object.hasOwn(subcommands, name)) return subcommands[name]?.includes(subcommand.toLowerCase()) ?? false;
  return commands.has(name);
}

/** Whether the name stands for several commands, of which some write. */
export function isContainer(command: string): boolean {
  return Object.hasOwn(subcommands, command.toLowerCase());
}
