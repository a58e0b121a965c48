import { setFlagsFromString } from 'node:v8';

/**
 * Lets the heap of a short run stay small, at no cost in time: V8 may otherwise triple the space for young objects for
 * garbage that it need not keep, and hold compilers' memory for functions that are called a few hundred times. For a
 * thousand requests that is 40 MiB; bench/smoke-test.ts measures it. The action's `node` takes no flags, and both of
 * these are read while V8 runs. Sources: `node --v8-options`; Node.js documentation, v8.setFlagsFromString.
 */
export function keepHeapSmall(): void {
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--invocation-count-for-maglev=2000');
}

/**
 * Lets the heap grow little above what is in use, where hundreds of connections come and go: V8 would otherwise keep
 * garbage of several times their size. For 500 targets that is 50 to 80 MiB for a tenth more time on the processor;
 * bench/probe.ts measures it. Read while V8 runs too. Source: `node --v8-options`, optimize-for-size.
 */
export function keepHeapTight(): void {
  keepHeapSmall();
  setFlagsFromString('--optimize-for-size');
}
