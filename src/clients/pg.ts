/** What we use of pg, in a module of its own: loaded, and bundled, only where a database is asked. */
export { Client, types } from 'pg';
