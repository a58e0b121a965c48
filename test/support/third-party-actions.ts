/**
 * The inputs of actions of others that workflows use or may use, as in their action.yml at the commit that is pinned.
 * A new pin fails the test of workflows until its inputs were looked up and its entry changed here.
 */
export const THIRD_PARTY_INPUTS: Record<string, string[]> = {
  'actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1': [
    'repository',
    'ref',
    'token',
    'persist-credentials',
    'path',
    'clean',
    'fetch-depth',
    'fetch-tags',
    'lfs',
    'submodules',
  ],
  'actions/setup-node@820762786026740c76f36085b0efc47a31fe5020': [
    'node-version',
    'node-version-file',
    'check-latest',
    'cache',
    'package-manager-cache',
    'cache-dependency-path',
  ],
  'actions/attest@1e69f48acb82d1966a394da916b4c1698aa569d6': [
    'subject-path',
    'subject-digest',
    'subject-name',
    'subject-checksums',
    'sbom-path',
  ],
};
