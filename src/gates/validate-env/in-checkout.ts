import { formatError, GateError } from '../../core/errors.ts';
import { type FindingKind, found } from '../../core/finding.ts';
import { resolveWithin } from '../../core/path-within.ts';

export const outsideCheckout: FindingKind = {
  code: 'env/outside-checkout',
  severity: 'error',
  boundary: 'delivery',
  meaning: 'A file or folder that the contract is held against is none of the checkout, so it was not read.',
  cause: 'A path under `sources` with `..` or from the root of the machine, or a link that leads elsewhere.',
  help: 'Name what is in the repository, or copy into the checkout what an earlier step makes elsewhere.',
};

/**
 * Where a path of the configuration really leads, whether or not there is something: only into the checkout, since a
 * pull request could name any file of the runner, or bring a link to it. Throws a GateError for any other.
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
