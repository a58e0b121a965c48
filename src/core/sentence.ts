/**
 * The text with a full stop, which one that ends with the beginning of an answer, an address or a reason does not have.
 */
export function endSentence(text: string): string {
  return /[.…!?]$/.test(text) ? text : `${text}.`;
}
