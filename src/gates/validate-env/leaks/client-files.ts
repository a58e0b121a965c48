import { type Check, concludeFrom } from '../../../core/check.ts';
import { type Finding, type FindingKind, found } from '../../../core/finding.ts';
import { pluralize } from '../../../core/plural.ts';
import { findSecrets } from '../../../core/secret-shapes.ts';
import { findPlace } from '../code/check.ts';
import { nothingFoundIn, type Walk, walkFiles } from '../code/walk.ts';

export const secretInClient: FindingKind = {
  code: 'env/secret-in-client-files',
  severity: 'error',
  boundary: 'identity',
  meaning: 'The files that every visitor downloads contain a secret.',
  cause: 'Browser code imports server code, or a secret has a name with a public prefix.',
  help: 'Remove it from the frontend, build again, and rotate the secret: assume that it is known.',
};

/** A secret, by the variable that holds it. */
export interface Secret {
  name: string;
  value: string;
}

/** Shorter values would match by chance. */
const shortest = 8;

const binaries =
  /\.(png|jpe?g|gif|webp|avif|ico|svgz|woff2?|ttf|otf|eot|mp[34]|webm|ogg|wav|pdf|zip|gz|br|zst|wasm|bin)$/i;

/**
 * Searches the built files and their source maps for the value of any secret, plain, escaped or in base64, and for all
 * that has the form of a secret.
 */
export function checkClientFiles(service: string, workspace: string, paths: string[], secrets: Secret[]): Check {
  const forms = secrets
    .filter(({ value }) => value.trim().length >= shortest)
    .flatMap(({ name, value }) => [...listForms(value.trim())].map(form => ({ name, form })));
  return {
    name: `${service}: client files`,
    boundary: 'identity',
    run: async signal => {
      const walk: Walk = {
        workspace,
        paths,
        skip: new Set(['node_modules', '.git']),
        wanted: name => !binaries.test(name),
        largest: Number.POSITIVE_INFINITY,
        signal,
      };
      const findings = new Map<string, Finding>();
      let files = 0;
      for await (const { path, text } of walkFiles(walk)) {
        files += 1;
        const add = (what: string, index: number) => {
          if (findings.has(`${what} ${path}`)) return;
          findings.set(
            `${what} ${path}`,
            found(secretInClient, { message: `${path} contains ${what}.`, place: findPlace(text, index, path) }),
          );
        };
        let rest = text;
        for (const { name, form } of forms) {
          const index = text.indexOf(form);
          if (index < 0) continue;
          add(`the value of ${name}`, index);
          rest = rest.replaceAll(form, ' '.repeat(form.length)); // reported once, by its name
        }
        for (const { what, index } of findSecrets(rest)) add(what, index);
      }
      if (files === 0) throw nothingFoundIn(paths, 'text files');
      return concludeFrom(
        [...findings.values()],
        `${pluralize(files, 'file')} searched for ${pluralize(secrets.length, 'secret')}`,
      );
    },
  };
}

function listForms(value: string): Set<string> {
  return new Set([
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    Buffer.from(value).toString('base64').replace(/=+$/, ''),
  ]);
}
