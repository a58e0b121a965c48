/** SQLSTATE division_by_zero, with which the proof of a lock fails. */
export const lostLockCode = '22012';

export function tryLock(key: bigint): string {
  return `SELECT pg_try_advisory_lock(${key}) AS taken`;
}

export function unlock(key: bigint): string {
  return `SELECT pg_advisory_unlock(${key}) AS released`;
}

/** The lock's rows in pg_locks: classid has the high half of a bigint key, objid the low half, and objsubid is 1. */
export function matchLock(key: bigint): string {
  return `l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND l.classid::bigint = ${key >> 32n} AND l.objid::bigint = ${key & 0xffffffffn}`;
}

/** A statement that fails unless its own session holds the lock. */
export function proveLock(key: bigint): string {
  return `SELECT 1 / count(*) FROM pg_locks l WHERE ${matchLock(key)} AND l.pid = pg_backend_pid()`;
}
