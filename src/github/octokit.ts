/** A module of its own, so that Octokit is bundled separately and loads only when a gate calls the REST API. */
export { getOctokit } from '@actions/github';
