import type { Severity } from '../../../core/finding.ts';
import type { Known } from '../catalog/known.ts';
import type { TableName } from '../catalog/names.ts';

/** A hazard to a table counts by its size: nobody notices a lock on 200 rows. */
export function severityBySize(known: Known, table: TableName): Severity | undefined {
  const size = known.size(table);
  if (size === 'empty' || size === 'small') return 'notice';
  return size === 'large' ? 'error' : undefined;
}

/** ` It has about 1,200 rows (352 kB).`; empty where it is not known. */
export function sizeSentence(known: Known, table: TableName): string {
  const live = known.live(table);
  if (!live || live.bytes < 0) return '';
  const rows =
    live.rows >= 0
      ? `about ${live.rows.toLocaleString('en')} rows (${bytes(live.bytes)})`
      : `${bytes(live.bytes)} of rows`;
  return ` The table has ${live.bytes === 0 ? 'no rows' : rows}.`;
}

function bytes(count: number): string {
  if (count < 1024 * 1024) return `${Math.round(count / 1024)} kB`;
  const megabytes = count / 1024 / 1024;
  return megabytes < 1024 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
