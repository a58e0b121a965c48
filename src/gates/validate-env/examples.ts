import { readIfPresent } from './files/repository-file.ts';
import { parseDotenv } from './sources/dotenv-parse.ts';

const names = ['.env.example', '.env.sample', '.env.template', '.env.dist', 'env.example'];

/** The example files of the repository, and of a folder in it. */
export async function readExampleFiles(
  workspace: string,
  folders: string[],
): Promise<{ path: string; text: string }[]> {
  const places = [...new Set(['.', ...folders])].flatMap(folder =>
    names.map(name => readIfPresent(workspace, folder, name)),
  );
  const files = (await Promise.all(places)).flatMap(file => file ?? []);
  return files.map(({ path, lines }) => ({ path, text: lines.join('\n') }));
}

/** The values in the example files. A secret must not have any of them. */
export async function readExampleValues(workspace: string, folders: string[]): Promise<Set<string>> {
  const files = await readExampleFiles(workspace, folders);
  return new Set(files.flatMap(({ text }) => parseDotenv(text).assignments.map(({ value }) => value)));
}
