import type { ReleaseRecord } from '../core/record.ts';
import type { Verdict } from '../core/verdict.ts';

const tags: Record<Verdict, string> = { passed: 'done', failed: 'crit', inconclusive: 'active', error: 'crit' };

/** The gates of the release on a time line, as a Mermaid Gantt chart. */
export function timeline(record: ReleaseRecord): string {
  const rows = record.gates.map(({ gate, verdict, startedAt, finishedAt }) => {
    const start = Date.parse(startedAt);
    const end = Math.max(Date.parse(finishedAt), start + 1);
    return `  ${word(gate)} ${verdict} :${tags[verdict]}, ${start}, ${end}`;
  });
  return ['```mermaid', 'gantt', '  dateFormat x', '  axisFormat %H:%M:%S', '  section Release', ...rows, '```'].join(
    '\n',
  );
}

/** Mermaid has no escape: colons, commas and semicolons would end the task's name. */
function word(text: string): string {
  return text.replace(/[^\w-]/g, ' ');
}
