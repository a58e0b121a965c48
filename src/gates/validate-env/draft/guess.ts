import { typesInOrder } from '../types/index.ts';

const guesses = typesInOrder.flatMap(({ guess }) => guess ?? []);
const byName = guesses.flatMap(({ names = [] }) => names);
const byExample = guesses.flatMap(({ example }) => (example ? [example] : []));

/** What a variable seems to be, by its name and by an example of its value: the declaration in YAML. */
export function guessDeclaration(variable: string, example: string | undefined): string {
  const fitting =
    byName.find(([name]) => name.test(variable)) ?? byExample.find(([value]) => value.test(example ?? ''));
  return fitting?.[1] ?? '{}';
}
