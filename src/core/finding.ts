export type Severity = 'error' | 'warning' | 'notice';

/** The trust boundaries that the report groups by. */
export const boundaries = ['identity', 'data', 'settlement', 'rate-limiting', 'provider', 'delivery'] as const;
export type Boundary = (typeof boundaries)[number];

/** A place in a file of the repository; line and column count from 1. */
export interface Place {
  path: string;
  line?: number;
  column?: number;
}

/** What a check reports: what happened, and what to do about it. */
export interface Finding {
  code: string;
  severity: Severity;
  boundary: Boundary;
  message: string;
  help: string;
  place?: Place;
}

/** One kind of finding, as the findings reference describes it. */
export interface FindingKind {
  code: string;
  severity: Severity;
  boundary: Boundary;
  /** What it means for the release. */
  meaning: string;
  /** How it usually arises. */
  cause: string;
  /** How to fix it, where the finding itself has no better help. */
  help: string;
}

interface Details {
  message: string;
  help?: string;
  boundary?: Boundary;
  severity?: Severity;
  place?: Place;
}

/** A finding of this kind, with this time's message. */
export function found(kind: FindingKind, details: Details): Finding {
  return {
    code: kind.code,
    severity: details.severity ?? kind.severity,
    boundary: details.boundary ?? kind.boundary,
    message: details.message,
    help: details.help ?? kind.help,
    ...(details.place && { place: details.place }),
  };
}
