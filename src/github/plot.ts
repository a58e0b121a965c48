import type { Plot } from '../core/plot.ts';

const mostPoints = 60;

/** The plots as Mermaid charts (docs: Mermaid, XY chart); a plot with fewer than two points is left out. */
export function renderPlots(plots: Plot[]): string {
  return plots
    .filter(({ points }) => points.length > 1)
    .map(renderPlot)
    .join('\n\n');
}

function renderPlot({ title, unit, points, bound }: Plot): string {
  const merged = mergePoints(points);
  const values = merged.map(({ value }) => value);
  const top = Math.max(...values, bound ?? 0);
  const bottom = Math.min(...values, bound ?? top, 0);
  const first = merged[0]?.at ?? 0;
  const seconds = Math.max(1, Math.round(((merged.at(-1)?.at ?? first) - first) / 1000));
  const list = (numbers: number[]) => `[${numbers.map(number => Number(number.toPrecision(6))).join(', ')}]`;
  return [
    '```mermaid',
    'xychart-beta',
    `  title "${word(title)}"`,
    `  x-axis "seconds" 0 --> ${seconds}`,
    `  y-axis "${word(unit || 'value')}" ${bottom} --> ${Math.max(top * 1.1, bottom + 1)}`,
    `  line ${list(values)}`,
    ...(bound === undefined ? [] : [`  line ${list(values.map(() => bound))}`]),
    '```',
  ].join('\n');
}

/** Stretches of equal length, each with its highest value: a short peak stays visible. */
function mergePoints(points: Plot['points']): Plot['points'] {
  const size = Math.ceil(points.length / mostPoints);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    points.slice(index * size, (index + 1) * size).reduce((top, point) => (point.value > top.value ? point : top)),
  );
}

/** Mermaid has no escape for quotes. */
function word(text: string): string {
  return text.slice(0, 80).replace(/[^\w./:% -]+/g, ' ');
}
