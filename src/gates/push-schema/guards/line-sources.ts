import type { CommandSource, WrittenCommand } from './source.ts';

/** Files that say, line by line, what a platform runs for production. */
function lines(name: string, fits: RegExp, relevant: RegExp, production = true): CommandSource {
  return {
    fits: path => fits.test(path),
    commands: text =>
      text.split('\n').flatMap((line, index): WrittenCommand[] => {
        const where = relevant.exec(line)?.[1];
        return where === undefined ? [] : [{ text: line, line: index + 1, where: `${name} (${where})`, production }];
      }),
  };
}

export const lineSources: CommandSource[] = [
  lines(
    'render.yaml',
    /(^|\/)render\.ya?ml$/,
    /^\s*-?\s*(startCommand|buildCommand|preDeployCommand|initialDeployHook|dockerCommand)\s*:/,
  ),
  lines('the Procfile', /(^|\/)Procfile$/, /^([\w-]+)\s*:/),
  lines('the Dockerfile', /(^|\/)([\w.-]+\.)?Dockerfile(\.[\w.-]+)?$/, /^\s*(CMD|ENTRYPOINT|RUN)\b/i),
  lines('fly.toml', /(^|\/)fly(\.[\w-]+)?\.toml$/, /^\s*(release_command|cmd|app|web|worker)\s*=/),
  lines('railway.toml', /(^|\/)railway\.(toml|json)$/, /^\s*"?(startCommand|buildCommand|preDeployCommand)"?\s*[=:]/),
  lines('vercel.json', /(^|\/)vercel\.json$/, /^\s*"(buildCommand|installCommand)"\s*:/),
  lines('netlify.toml', /(^|\/)netlify\.toml$/, /^\s*(command)\s*=/),
];
