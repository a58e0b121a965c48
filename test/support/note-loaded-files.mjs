import { appendFileSync } from 'node:fs';
import { registerHooks } from 'node:module';

// With `node --import`: writes the URL of every file that is loaded after this one to the file NOTE_LOADED_FILES names.
registerHooks({
  load(url, context, nextLoad) {
    appendFileSync(process.env.NOTE_LOADED_FILES, `${url}\n`);
    return nextLoad(url, context);
  },
});
