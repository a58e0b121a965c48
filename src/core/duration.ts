const units: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

export const durationPattern = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

interface Unit {
  name: string;
  /** Milliseconds. */
  length: number;
}

const second: Unit = { name: 's', length: 1000 };
const minute: Unit = { name: 'min', length: 60_000 };
const hour: Unit = { name: 'h', length: 3_600_000 };
const day: Unit = { name: 'd', length: 86_400_000 };

/** Timers hold no more: about 24 days, in milliseconds. */
const longestTimer = 2 ** 31 - 1;

/**
 * Whole milliseconds of a duration such as `200ms`, `1.5s` or `5m`; undefined for anything else, a bare number and
 * more than `longest` included.
 */
export function parseDuration(text: string, longest = longestTimer): number | undefined {
  const [, amount, unit = ''] = durationPattern.exec(text.trim()) ?? [];
  const factor = units[unit];
  if (amount === undefined || factor === undefined) return undefined;
  const ms = Math.round(Number(amount) * factor);
  return ms <= longest ? ms : undefined;
}

/** A duration in milliseconds as a person reads it: `85 ms`, `4.2 s`, `3 min 20 s`, `30 h`, `2 d 6 h`. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${Number((ms / 1000).toFixed(1))} s`;
  if (ms < 2 * hour.length) return formatInUnits(ms, minute, second);
  return ms < 2 * day.length ? formatInUnits(ms, hour, minute) : formatInUnits(ms, day, hour);
}

function formatInUnits(ms: number, large: Unit, small: Unit): string {
  const count = Math.round(ms / small.length);
  const perLarge = large.length / small.length;
  const rest = count % perLarge;
  return `${Math.floor(count / perLarge)} ${large.name}${rest ? ` ${rest} ${small.name}` : ''}`;
}
