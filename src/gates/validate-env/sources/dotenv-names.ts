/**
 * Whether a name may be shown: of words in capitals, in small letters or in camel case. Anything else may be a piece of
 * base64, hexadecimal or another key that was broken over lines.
 */
export function isUsualName(name: string): boolean {
  const isWord = /^(?:[A-Z0-9_.-]+|[a-z0-9_.-]+|[a-z]+\d?(?:[A-Z][a-z]+\d?)+|(?:[A-Z][a-z]+\d?)+)$/.test(name);
  return isWord && !name.split(/[_.-]/).some(isRandom);
}

function isRandom(part: string): boolean {
  return part.length >= 16 && (part.match(/\d/g) ?? []).length >= 3;
}

/**
 * Whether a line that has the form of an assignment is a piece of a longer value: base64 ends in `=`, and so reads as a
 * name without a value. `before` is the value of the line before it.
 */
export function looksLikeData(name: string, value: string, before: string | undefined): boolean {
  if (value === '=') return true;
  if (value !== '' || name.length % 4 !== 3) return false;
  const isWords = /^(?:[A-Z][A-Z0-9]*(?:[_.-][A-Z0-9]+)*|[a-z][a-z0-9]*(?:[_.-][a-z0-9]+)*)$/.test(name);
  if (!isUsualName(name) || !isWords) return true;
  return !/[_.-]/.test(name) && /^[A-Za-z0-9+/_-]{16,}$/.test(before ?? '');
}
