import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { registerLogger, type ValidationConfig, validate } from '@actions/languageservice';
import { TextDocument } from 'vscode-languageserver-textdocument';
import { parse } from 'yaml';
import { THIRD_PARTY_INPUTS } from './third-party-actions.ts';

export interface WorkflowFile {
  /** As GitHub would see it: `.github/workflows/….yml`, or one that ends in `action.yml`. */
  path: string;
  text: string;
  /** Absolute folder of the suite: what `OWNER/release-gates@…` means. */
  suite: string;
  /** Absolute folder of the repository that the file is in: what `$/…` means. Default: a repository without actions. */
  repository?: string;
}

/** What the service logs instead of answering, such as its own failures. */
const logged: string[] = [];
const note = (message: string): number => logged.push(message);
registerLogger({ error: note, warn: note, info: () => {}, log: () => {} });

let documents = 0;

/**
 * What GitHub's language service says about a workflow or an action.yml: `line:column message`, none when it is valid.
 */
export async function diagnose(file: WorkflowFile): Promise<string[]> {
  logged.length = 0;
  // The service keeps what it parsed by URI, and what it keeps must not answer for another text.
  const document = TextDocument.create(`file:///${++documents}/${file.path}`, 'yaml', 1, file.text);
  const diagnostics = await validate(document, configOf(file));
  const found = diagnostics.map(
    ({ range: { start }, message }) => `${start.line + 1}:${start.character + 1} ${message}`,
  );
  return [...found, ...logged];
}

function configOf({ suite, repository }: WorkflowFile): ValidationConfig {
  return {
    actionsMetadataProvider: {
      fetchActionMetadata: async ({ owner, name, path = '', ref }) => {
        if (owner === 'OWNER' && name === 'release-gates') return readAction(join(suite, path, 'action.yml'));
        const inputs = THIRD_PARTY_INPUTS[`${owner}/${name}@${ref}`];
        return inputs && { name, description: '', inputs: Object.fromEntries(inputs.map(key => [key, ANY_INPUT])) };
      },
    },
    fileProvider: {
      getFileContent: async reference => {
        const path = 'path' in reference ? reference.path : '';
        if (repository === undefined) throw new Error(`there is no ${path}`);
        return { name: path, content: readFileSync(join(repository, path), 'utf8') };
      },
    },
  };
}

const ANY_INPUT = { description: '' };

function readAction(path: string): { name: string; description: string } | undefined {
  return existsSync(path) ? parse(readFileSync(path, 'utf8')) : undefined;
}
