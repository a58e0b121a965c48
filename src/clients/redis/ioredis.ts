/** What we use of ioredis, in a module of its own: loaded, and bundled, only where Redis is asked. */
export { Cluster, Redis } from 'ioredis';
