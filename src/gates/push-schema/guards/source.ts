/** A command as it is written in a file, and whether production runs it. */
export interface WrittenCommand {
  text: string;
  /** From 1. */
  line: number;
  /** Who runs it, to begin a sentence: `The script "start"`. */
  where: string;
  /** Whether it is run on every start or release of production. */
  production: boolean;
}

/** One kind of file in which commands are written. */
export interface CommandSource {
  /** Whether a file, by its path from the root of the repository, is of this kind. */
  fits(path: string): boolean;
  commands(text: string): WrittenCommand[];
}
