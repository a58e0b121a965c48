import * as z from 'zod';

/**
 * A gate parses each value once, and values are trees. So the code that zod would compile, and its search for cycles,
 * never earn back what they cost at start-up. Import this before making a schema.
 */
z.config({
  jitless: true,
  memoizer: { alloc: (_schema, _payload, empty) => empty, guard: () => {}, attach: () => {} },
});
