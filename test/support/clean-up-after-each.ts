import { afterEach } from '@jest/globals';
import { cleanUp } from './clean-up.ts';

/** Loaded by Jest before each test file. The helpers themselves know no Jest, so that benchmarks can use them. */
afterEach(cleanUp);
