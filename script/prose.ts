import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Counts the turns of phrase that make our English read as translated, in everything a person reads. With --list, names
 * each line. Fails when there are more than a few left, since some are right where they stand ("beside a file").
 */
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const most = 60;

const phrases: Record<string, RegExp> = {
  'is no X': /\b(?:is|are|was|were|be) no (?!one\b|longer\b|more\b)[a-z]/gi,
  'in words': /\bin (?:\w+ )?words\b|InWords\b/gi,
  'is said, is told': /\b(?:is|are|was|be) (?:said|told)\b/gi,
  'hears of': /\bhears? of\b/gi,
  beside: /\bbeside\b/gi,
  anew: /\banew\b/gi,
  'held against': /\b(?:held|holds?) [^.]{0,40}against\b/gi,
  mend: /\bmend(?:ed|s|ing)?\b/gi,
  'of before, of today': /\bof (?:before|today)\b/gi,
};

const args = process.argv.slice(2);
const folders = args.filter(arg => !arg.startsWith('--'));
const files = execFileSync('git', ['ls-files', ...(folders.length > 0 ? folders : ['src', 'docs', 'actions'])], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter(path => /\.(?:ts|md|yml)$/.test(path));

const counts = new Map(Object.keys(phrases).map(name => [name, 0]));
for (const path of files) {
  for (const [index, line] of readFileSync(join(root, path), 'utf8').split('\n').entries()) {
    for (const [name, phrase] of Object.entries(phrases)) {
      const count = line.match(phrase)?.length ?? 0;
      counts.set(name, (counts.get(name) ?? 0) + count);
      if (count > 0 && args.includes('--list')) process.stdout.write(`${path}:${index + 1}: ${name}: ${line.trim()}\n`);
    }
  }
}
const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
for (const [name, count] of counts) process.stdout.write(`${String(count).padStart(4)}  ${name}\n`);
process.stdout.write(`${String(total).padStart(4)}  in all; at most ${most}\n`);
process.exitCode = total > most ? 1 : 0;
