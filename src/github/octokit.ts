/** What we use of Octokit, in a module of its own: loaded, and bundled, only where the REST API is asked. */
export { getOctokit } from '@actions/github';
