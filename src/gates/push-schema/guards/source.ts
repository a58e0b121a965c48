/** A command in a file. */
export interface WrittenCommand {
  text: string;
  /** From 1. */
  line: number;
  /** The start of a sentence: `The script "start"`. */
  where: string;
  /** Whether each start or release of production runs it. */
  production: boolean;
}

/** One kind of file that contains commands. */
export interface CommandSource {
  /** Whether a file is of this kind, by its path from the root of the repository. */
  fits(path: string): boolean;
  commands(text: string): WrittenCommand[];
}
