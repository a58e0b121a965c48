/** What we use of @actions/exec, in a module of its own: loaded, and bundled, only where a program is asked. */
export { getExecOutput } from '@actions/exec';
