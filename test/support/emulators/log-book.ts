/** The lines that processes have written, each with the time it was first seen at. */
export class LogBook {
  readonly entries: { at: Date; text: string }[] = [];

  note(text: string): void {
    this.entries.push({ at: new Date(), text });
  }

  /** @returns a function to call with the whole output of one process so far; it adds the lines it has not seen. */
  follow(): (output: string) => void {
    let seen = 0;
    return output => {
      const complete = output.slice(seen, output.lastIndexOf('\n') + 1);
      seen += complete.length;
      for (const text of complete.split('\n').slice(0, -1)) this.note(text);
    };
  }
}
