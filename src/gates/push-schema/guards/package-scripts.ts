import type { CommandSource, WrittenCommand } from './source.ts';

/** Scripts that npm, Heroku, Vercel and Render run on a build, a release or a start. */
const ofProduction =
  /^(pre|post)?(start|build|install|prepare|deploy|release|serve)\b|prod|vercel-build|heroku-postbuild|render/;

/** `scripts` of package.json. A script that a production script runs counts as production, too. */
export const packageScripts: CommandSource = {
  fits: path => /(^|\/)package\.json$/.test(path),
  commands: text => {
    const scripts = parseScripts(text);
    const reached = new Set<string>();
    const reach = (name: string) => {
      if (reached.has(name) || scripts[name] === undefined) return;
      reached.add(name);
      for (const [, called = ''] of scripts[name].matchAll(/(?:npm|pnpm|yarn|bun)\s+(?:run\s+)?([\w:.-]+)/g))
        reach(called);
    };
    for (const name of Object.keys(scripts)) if (ofProduction.test(name)) reach(name);
    const lines = text.split('\n');
    return Object.entries(scripts).map(([name, command]): WrittenCommand => {
      const line = lines.findIndex(line => line.trimStart().startsWith(`${JSON.stringify(name)}:`)) + 1;
      return { text: command, line: Math.max(line, 1), where: `The script "${name}"`, production: reached.has(name) };
    });
  },
};

function parseScripts(text: string): Record<string, string> {
  try {
    const value: unknown = JSON.parse(text);
    const scripts = typeof value === 'object' && value && 'scripts' in value ? value.scripts : undefined;
    if (typeof scripts !== 'object' || !scripts) return {};
    return Object.fromEntries(Object.entries(scripts).filter(([, command]) => typeof command === 'string'));
  } catch {
    return {}; // npm rejects it as well
  }
}
