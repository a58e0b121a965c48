import type { VariableOf } from '../../../config/schema/variables.ts';
import type { EnvironmentType } from './environment-type.ts';
import { reportInvalid } from './invalid.ts';

interface Field {
  name: string;
  from: number;
  to: number;
  words?: string[];
  /** What only some libraries know, such as `L` for the last day. */
  special?: RegExp;
}

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ');
const days = 'sun mon tue wed thu fri sat'.split(' ');
const second: Field = { name: 'second', from: 0, to: 59 };
const fields: Field[] = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of the month', from: 1, to: 31, special: /^(?:L(?:-\d{1,2})?W?|(?:[1-9]|[12]\d|3[01])W)$/i },
  { name: 'month', from: 1, to: 12, words: ['', ...months] },
  {
    name: 'day of the week',
    from: 0,
    to: 7,
    words: days,
    special: /^(?:L|(?:[0-7]|sun|mon|tue|wed|thu|fri|sat)(?:L|#[1-5]))$/i,
  },
];
const shorthands = /^@(yearly|annually|monthly|weekly|daily|midnight|hourly)$/;

/**
 * A schedule as crontab(5) has it; a sixth field in front counts seconds, as in most libraries of Node.js,
 * and `L`, `W` and `#` stand for the last day, the nearest weekday and the nth day (croner, cron-parser, Quartz).
 */
export const cron: EnvironmentType<VariableOf<'cron'>> = {
  boundary: 'delivery',
  rule: subject => {
    const { value } = subject;
    if (shorthands.test(value)) return [];
    const parts = value.split(' ').filter(part => part !== '');
    if (value.trim() !== value || parts.length < 5 || parts.length > 6) {
      return [reportInvalid(subject, 'is not a cron schedule', 'Set it to five fields, such as `0 3 * * *`.')];
    }
    const expected = parts.length === 6 ? [second, ...fields] : fields;
    const wrong = expected.filter((field, index) => !isInRange(parts[index] ?? '', field));
    return wrong.map(({ name, from, to }) =>
      reportInvalid(
        subject,
        `has a ${name} that no schedule has`,
        `Use ${from} to ${to}, \`*\`, a list, a range or a step.`,
      ),
    );
  },
  guess: { names: [[/CRON|SCHEDULE$/, '{ type: cron }']] },
};

function isInRange(text: string, field: Field): boolean {
  return text.split(',').every(item => {
    if (field.special?.test(item)) return true;
    const [range = '', step, ...more] = item.split('/');
    if (more.length > 0 || (step !== undefined && !(Number(step) >= 1 && /^\d+$/.test(step)))) return false;
    if (range === '*' || range === '?') return true;
    const [from = Number.NaN, to = from, ...rest] = range.split('-').map(end => parsePart(end, field));
    return rest.length === 0 && from >= field.from && to <= field.to && from <= to;
  });
}

function parsePart(text: string, { words = [] }: Field): number {
  const word = words.indexOf(text.toLowerCase());
  if (word >= 0 && text !== '') return word;
  return /^\d{1,2}$/.test(text) ? Number(text) : Number.NaN;
}
