export type Level = 'error' | 'warning' | 'notice';

export interface Annotation {
  level: Level;
  message: string;
  title?: string;
  file?: string;
  line?: number;
  endLine?: number;
  col?: number;
  endColumn?: number;
}

/**
 * Kept per level and step; the rest is only in the log (actions/runner, ExecutionContext.cs `_maxCountPerIssueType`).
 */
const KEPT_PER_LEVEL = 10;
/** Characters kept of a message (actions/runner, ExecutionContext.cs `_maxIssueMessageLength`). */
const MESSAGE_LIMIT = 4096;

/** The annotations of one step of a job. Everything inside a composite action shares one. */
export class Annotations {
  readonly kept: Annotation[] = [];
  dropped = 0;

  /** Keeps the annotation if there is room; gives it back as the log shows it. */
  add(annotation: Annotation): Annotation {
    const shortened = { ...annotation, message: annotation.message.slice(0, MESSAGE_LIMIT) };
    const sameLevel = this.kept.filter(kept => kept.level === annotation.level);
    if (sameLevel.length < KEPT_PER_LEVEL) this.kept.push(shortened);
    else this.dropped += 1;
    return shortened;
  }
}
