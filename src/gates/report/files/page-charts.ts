import type { ReleaseAccount } from '../../../core/account.ts';
import { formatDuration } from '../../../core/duration.ts';
import { escapeMarkup } from './escape-markup.ts';

/** Pixels of the drawings before the browser fits them to the page. */
const width = 960;
const barHeight = 22;
const labelWidth = 260;
const mostBars = 200;

/** What happened when, as bars. A screen reader reads the title of each. */
export function drawTimeline(entries: ReleaseAccount['timeline']): string {
  const shown = entries.slice(0, mostBars);
  const [first] = shown;
  if (first === undefined) return '';
  const start = Math.min(...shown.map(({ startedAt }) => startedAt));
  const end = Math.max(...shown.map(({ finishedAt }) => finishedAt), start + 1);
  const scale = (at: number) => labelWidth + ((at - start) / (end - start)) * (width - labelWidth - 90);
  const bars = shown.map(({ section, name, verdict, startedAt, finishedAt }, index) => {
    const [left, right, top] = [scale(startedAt), scale(finishedAt), index * barHeight];
    const label = escapeMarkup(section === 'Release' ? name : `${section}: ${name}`);
    const took = formatDuration(finishedAt - startedAt);
    return [
      `<g><title>${label}, ${took}</title>`,
      `<text x="0" y="${top + 15}">${label.length > 60 ? `${escapeMarkup(name).slice(0, 40)}` : label}</text>`,
      `<rect class="bar-${verdict}" x="${round(left)}" y="${top + 4}" width="${round(Math.max(2, right - left))}" height="14" rx="3"/>`,
      `<text x="${round(Math.max(right, left + 2) + 6)}" y="${top + 15}">${took}</text></g>`,
    ].join('');
  });
  const height = shown.length * barHeight;
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="Time line of the release">${bars.join('')}</svg>`;
}

const plotWidth = 480;
const plotHeight = 180;
const margin = 24;
const mostPoints = 300;

/** A curve over time, with its bound. */
export function drawPlot({ title, unit, points, bound }: ReleaseAccount['plots'][number]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined || points.length < 2) return '';
  const shown = mergePoints(points);
  const values = [...shown.map(({ value }) => value), ...(bound === undefined ? [] : [bound])];
  const top = Math.max(...values);
  const bottom = Math.min(...values, 0);
  const x = (at: number) => round(((at - first.at) / Math.max(1, last.at - first.at)) * plotWidth);
  const y = (value: number) => round(margin + (1 - (value - bottom) / (top - bottom || 1)) * (plotHeight - 2 * margin));
  const path = shown.map(({ at, value }, index) => `${index === 0 ? 'M' : 'L'}${x(at)} ${y(value)}`).join('');
  const caption = escapeMarkup(`${title}${unit && ` (${unit})`}`);
  const highest = `${formatValue(top)}${unit && ` ${unit}`}`;
  return [
    `<figure><figcaption>${caption}</figcaption>`,
    `<svg viewBox="0 0 ${plotWidth} ${plotHeight}" role="img" aria-label="${caption}, highest ${escapeMarkup(highest)}">`,
    `<line class="axis" x1="0" y1="${y(bottom)}" x2="${plotWidth}" y2="${y(bottom)}"/>`,
    bound === undefined ? '' : `<line class="bound" x1="0" y1="${y(bound)}" x2="${plotWidth}" y2="${y(bound)}"/>`,
    `<path class="curve" d="${path}"/>`,
    `<text x="0" y="14">${escapeMarkup(highest)}</text>`,
    `<text x="0" y="${plotHeight - 4}">${formatValue(bottom)}</text>`,
    `<text x="${plotWidth}" y="${plotHeight - 4}" text-anchor="end">${formatDuration(last.at - first.at)}</text>`,
    '</svg></figure>',
  ].join('');
}

/** Stretches of equal length, each with its highest value: a short peak stays visible. */
function mergePoints(points: ReleaseAccount['plots'][number]['points']): typeof points {
  const size = Math.ceil(points.length / mostPoints);
  return Array.from({ length: Math.ceil(points.length / size) }, (_, index) =>
    points.slice(index * size, (index + 1) * size).reduce((top, point) => (point.value > top.value ? point : top)),
  );
}

function formatValue(value: number): string {
  return String(Number(value.toPrecision(4)));
}

function round(value: number): number {
  return Number(value.toFixed(1));
}
