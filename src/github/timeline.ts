import type { ReleaseRecord } from '../core/record.ts';
import type { TimelineEntry } from '../core/report.ts';
import type { Verdict } from '../core/verdict.ts';

const tags: Record<Verdict, string> = { passed: 'done', failed: 'crit', inconclusive: 'active', error: 'crit' };

/** Renders the gates of the release as a Mermaid Gantt chart. */
export function renderTimeline(record: ReleaseRecord): string {
  return renderGantt(
    record.gates.map(({ gate, verdict, startedAt, finishedAt }) => ({
      section: 'Release',
      name: `${gate} ${verdict}`,
      verdict,
      startedAt: Date.parse(startedAt),
      finishedAt: Date.parse(finishedAt),
    })),
  );
}

/** Keeps the chart within the 50,000 characters that Mermaid draws (docs: Mermaid, maxTextSize). */
const mostBars = 200;
const longestName = 80;

/** Renders a bar for each of the first entries. Sections appear in the order of their first entry. */
export function renderGantt(entries: TimelineEntry[]): string {
  const sections = Map.groupBy(entries.slice(0, mostBars), ({ section }) => section);
  const rows = [...sections].flatMap(([section, bars]) => [
    `  section ${sanitizeWord(section)}`,
    ...bars.map(({ name, verdict, startedAt, finishedAt }) => {
      return `  ${sanitizeWord(name)} :${tags[verdict]}, ${startedAt}, ${Math.max(finishedAt, startedAt + 1)}`;
    }),
  ]);
  return ['```mermaid', 'gantt', '  dateFormat x', '  axisFormat %H:%M:%S', ...rows, '```'].join('\n');
}

/** Mermaid cannot escape colons, commas and semicolons, which end the name of a task. */
function sanitizeWord(text: string): string {
  return text.slice(0, longestName).replace(/[^\w./-]+/g, ' ');
}
