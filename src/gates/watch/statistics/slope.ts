/** One measurement: milliseconds since the epoch, and the value then. */
export interface Point {
  at: number;
  value: number;
}

/** How fast something grows; in units of the value an hour. */
export interface Slope {
  estimate: number;
  low: number;
  high: number;
}

const hour = 3_600_000;
/** More pairs than this add no precision that matters; beyond it, points are merged. */
const mostPoints = 120;

/**
 * The slope of a series whose noise may have outliers, such as memory between two garbage collections: the median of
 * the slopes of all pairs of points, with the interval by Kendall's statistic (Sen, "Estimates of the regression
 * coefficient based on Kendall's tau", 1968). Undefined for fewer than eight points.
 */
export function estimateSlope(points: Point[], alpha: number): Slope | undefined {
  const merged = mergePoints(points);
  const count = merged.length;
  if (count < 8) return undefined;
  const slopes: number[] = [];
  for (const [index, first] of merged.entries()) {
    for (const second of merged.slice(index + 1)) {
      if (second.at > first.at) slopes.push(((second.value - first.value) / (second.at - first.at)) * hour);
    }
  }
  slopes.sort((a, b) => a - b);
  const spread = deviate(1 - alpha / 2) * Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  const at = (rank: number) => slopes[Math.min(slopes.length - 1, Math.max(0, rank))] ?? 0;
  return {
    estimate: at(Math.floor(slopes.length / 2)),
    low: at(Math.floor((slopes.length - spread) / 2)),
    high: at(Math.ceil((slopes.length + spread) / 2)),
  };
}

/** Of each stretch of time its lowest point: what is in use after a collection, not what waits for the next one. */
function mergePoints(points: Point[]): Point[] {
  const size = Math.max(1, Math.ceil(points.length / mostPoints));
  const merged: Point[] = [];
  for (let start = 0; start < points.length; start += size) {
    const stretch = points.slice(start, start + size);
    merged.push(stretch.reduce((lowest, point) => (point.value < lowest.value ? point : lowest)));
  }
  return merged;
}

/** The standard normal deviate of a probability (Acklam's rational approximation; relative error below 1.2e-9). */
function deviate(probability: number): number {
  if (probability > 0.97575) {
    const q = Math.sqrt(-2 * Math.log(1 - probability));
    return -(
      (((((-7.784894002430293e-3 * q - 0.3223964580411365) * q - 2.400758277161838) * q - 2.549732539343734) * q +
        4.374664141464968) *
        q +
        2.938163982698783) /
      ((((7.784695709041462e-3 * q + 0.3224671290700398) * q + 2.445134137142996) * q + 3.754408661907416) * q + 1)
    );
  }
  const q = probability - 0.5;
  const r = q * q;
  return (
    ((((((-39.69683028665376 * r + 220.9460984245205) * r - 275.9285104469687) * r + 138.357751867269) * r -
      30.66479806614716) *
      r +
      2.506628277459239) *
      q) /
    (((((-54.47609879822406 * r + 161.5858368580409) * r - 155.6989798598866) * r + 66.80131188771972) * r -
      13.28068155288572) *
      r +
      1)
  );
}
