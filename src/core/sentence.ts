/** Adds a full stop to a text that ends with something else, such as a quoted answer, an address or a reason. */
export function endSentence(text: string): string {
  return /[.…!?]$/.test(text) ? text : `${text}.`;
}
