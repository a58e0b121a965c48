/** Whether the text is a whole SHA, which unlike a branch or a short SHA always names the same commit. */
export function isCommitId(text: string): boolean {
  return /^[0-9a-f]{40}$/.test(text);
}
