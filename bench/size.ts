/** How much a benchmark does, as the arguments say: `--quick` runs it once, a number sets its rounds. */
const args = process.argv.slice(2);

/** Whether to show only that the benchmark still works. */
export const quick = args.includes('--quick');

/** The number among the arguments, or `usual` without one; never fewer than `least`, and 1 when quick. */
export function countRounds(usual: number, least = 1): number {
  if (quick) return 1;
  return Math.max(least, Number(args.find(arg => /^\d+$/.test(arg)) ?? usual));
}
