import * as z from 'zod';

/**
 * What is parsed here is parsed once, and is a tree: code that zod would compile for it, and its search for circles in
 * schemas and values, never earn back what they cost at start-up. To be imported before a schema is made.
 */
z.config({
  jitless: true,
  memoizer: { alloc: (_schema, _payload, empty) => empty, guard: () => {}, attach: () => {} },
});
