/** Sign, currency sign or code, digits with separators, currency sign, code or percent sign. */
const form = /^([+-])?\s*(?:\p{Sc}|[A-Z]{3}\s)?\s*([+-])?(\d[\d.,'\u00a0\u202f ]*)\s*(?:\p{Sc}|%|[A-Z]{3})?$/u;

/**
 * The number that a text such as `$20`, `1,234.56` or `20.00 EUR` means; undefined if it has none or can be read in two
 * ways, such as `1,234`.
 */
export function parseAmount(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const [, before, after, digits] = form.exec(value.trim()) ?? [];
  if (digits === undefined) return undefined;
  const plain = normaliseSeparators(digits.replace(/[\s'\u00a0\u202f]/g, ''));
  const number = plain === undefined ? Number.NaN : Number(plain);
  if (Number.isNaN(number)) return undefined;
  return (before ?? after) === '-' ? -number : number;
}

function normaliseSeparators(digits: string): string | undefined {
  if (!digits.includes(',')) return /^\d{1,3}(\.\d{3}){2,}$/.test(digits) ? digits.replaceAll('.', '') : digits;
  if (/^\d{1,3}(,\d{3})+\.\d+$/.test(digits) || /^\d{1,3}(,\d{3}){2,}$/.test(digits)) return digits.replaceAll(',', '');
  if (/^\d{1,3}(\.\d{3})+,\d+$/.test(digits)) return digits.replaceAll('.', '').replace(',', '.');
  return /^\d+,\d{1,2}$/.test(digits) ? digits.replace(',', '.') : undefined; // `1,234` can be a thousand or one and a bit
}
