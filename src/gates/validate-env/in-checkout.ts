import { formatError, GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { resolveWithin } from '../../core/path-within.ts';

export const outsideCheckout: FindingKind = {
  code: 'env/outside-checkout',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A path under `sources` leads out of the checkout, so the gate did not read it.',
  cause: 'The path contains `..`, is absolute, or is a link to a place outside.',
  help: 'Name a path in the repository, or copy files that an earlier step creates elsewhere into the checkout.',
};

/**
 * Follows a path of the configuration, whether or not the file exists. A pull request could name any file of the runner,
 * or add a link to it, so this throws a GateError for a path that leads out of the checkout.
 */
export async function resolveInCheckout(workspace: string, path: string): Promise<string> {
  const outside = (why: string) =>
    new GateError([found(outsideCheckout, { message: `${path} ${why} and was not read.` })]);
  let file: string | undefined;
  try {
    file = await resolveWithin(workspace, path);
  } catch (error) {
    throw outside(`cannot be followed (${formatError(error)})`);
  }
  if (file === undefined) throw outside('leads out of the checkout, or nowhere,');
  return file;
}
