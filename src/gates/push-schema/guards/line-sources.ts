import type { CommandSource, WrittenCommand } from './source.ts';

/** A file whose lines tell what a platform runs for production. */
function lines(fits: RegExp, relevant: RegExp): CommandSource {
  return {
    fits: path => fits.test(path),
    commands: text => {
      const commands: WrittenCommand[] = [];
      let open: { where: string; indent: number; block: boolean } | undefined;
      for (const [index, line] of text.split('\n').entries()) {
        const key = relevant.exec(line)?.[1];
        const goesOn = open && (open.block ? measureIndent(line) > open.indent || line.trim() === '' : true);
        if (key === undefined && !goesOn) open = undefined;
        if (key !== undefined)
          open = { where: `\`${key}\``, indent: measureIndent(line), block: /:\s*[|>][-+\d]*\s*$/.test(line) };
        if (open) commands.push({ text: line, line: index + 1, where: open.where, production: true });
        if (open && !open.block && !line.trimEnd().endsWith('\\')) open = undefined;
      }
      return commands;
    },
  };
}

/** A list's dash counts as a space, so that the value of a key is indented further than the key. */
function measureIndent(line: string): number {
  return /^[\s-]*/.exec(line)?.[0].length ?? 0;
}

export const lineSources: CommandSource[] = [
  lines(
    /(^|\/)render\.ya?ml$/,
    /^\s*-?\s*(startCommand|buildCommand|preDeployCommand|initialDeployHook|dockerCommand)\s*:/,
  ),
  lines(/(^|\/)Procfile$/, /^([\w-]+)\s*:/),
  lines(/(^|\/)([\w.-]+\.)?Dockerfile(\.[\w.-]+)?$/, /^\s*(CMD|ENTRYPOINT|RUN)\b/i),
  lines(/(^|\/)fly(\.[\w-]+)?\.toml$/, /^\s*(release_command|cmd|app|web|worker)\s*=/),
  lines(/(^|\/)railway\.(toml|json)$/, /^\s*"?(startCommand|buildCommand|preDeployCommand)"?\s*[=:]/),
  lines(/(^|\/)vercel\.json$/, /^\s*"(buildCommand|installCommand)"\s*:/),
  lines(/(^|\/)netlify\.toml$/, /^\s*(command)\s*=/),
];
