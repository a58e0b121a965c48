import type { Severity } from '../../../core/finding.ts';
import type { Known } from '../catalog/known.ts';
import type { TableName } from '../catalog/names.ts';

/** The severity of a hazard depends on the size of the table: nobody notices a lock on 200 rows. */
export function rateBySize(known: Known, table: TableName): Severity | undefined {
  const size = known.size(table);
  if (size === 'empty' || size === 'small') return 'notice';
  return size === 'large' ? 'error' : undefined;
}

/** ` The table has about 1,200 rows (352 kB).`; empty where the size is not known. */
export function describeSize(known: Known, table: TableName): string {
  const live = known.live(table);
  if (!live || live.bytes < 0) return '';
  const rows =
    live.rows >= 0
      ? `about ${live.rows.toLocaleString('en')} rows (${formatSize(live.bytes)})`
      : `${formatSize(live.bytes)} of rows`;
  return ` The table has ${live.bytes === 0 ? 'no rows' : rows}.`;
}

function formatSize(count: number): string {
  if (count < 1024 * 1024) return `${Math.round(count / 1024)} kB`;
  const megabytes = count / 1024 / 1024;
  return megabytes < 1024 ? `${Math.round(megabytes)} MB` : `${(megabytes / 1024).toFixed(1)} GB`;
}
