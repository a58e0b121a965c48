import type { Answer } from '../http.ts';
import { githubError } from './errors.ts';

export interface RateLimit {
  /** Counts a request. @returns the refusal when there are too many. */
  take(): Answer | undefined;
  headers(): Record<string, string>;
}

/** The primary rate limit: docs: GitHub REST, rate limits. */
export function rateLimit(perHour: number): RateLimit {
  const reset = Math.floor(Date.now() / 1_000) + 3_600;
  let used = 0;
  return {
    take() {
      if (used >= perHour) return githubError(403, 'API rate limit exceeded for installation ID 1.');
      used += 1;
      return undefined;
    },
    headers: () => ({
      'x-ratelimit-limit': String(perHour),
      'x-ratelimit-remaining': String(perHour - used),
      'x-ratelimit-used': String(used),
      'x-ratelimit-reset': String(reset),
      'x-ratelimit-resource': 'core',
    }),
  };
}
