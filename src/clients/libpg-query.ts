/** What we use of libpg-query, in a module of its own: loaded, and bundled, only where SQL is judged. */
export { loadModule, parsePlPgSQLSync, parseSync } from 'libpg-query';
