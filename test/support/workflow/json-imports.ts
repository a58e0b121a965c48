import module from 'node:module';

/**
 * Lets plain Node load packages that import JSON without `with { type: 'json' }`, as @actions/workflow-parser does.
 * Jest loads such imports by itself and offers no hooks, hence the test for the function.
 */
if (typeof module.registerHooks === 'function') {
  module.registerHooks({
    load(url, context, nextLoad) {
      if (!url.endsWith('.json')) return nextLoad(url, context);
      return nextLoad(url, { ...context, importAttributes: { ...context.importAttributes, type: 'json' } });
    },
  });
}
