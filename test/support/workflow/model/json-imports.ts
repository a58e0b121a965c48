import { registerHooks } from 'node:module';

/**
 * Lets plain Node load packages that import JSON without `with { type: 'json' }`, as @actions/workflow-parser does.
 * Jest, known by its `import.meta.jest`, loads such imports by itself and refuses hooks.
 */
if (!('jest' in import.meta)) {
  registerHooks({
    load(url, context, nextLoad) {
      if (!url.endsWith('.json')) return nextLoad(url, context);
      return nextLoad(url, { ...context, importAttributes: { ...context.importAttributes, type: 'json' } });
    },
  });
}
