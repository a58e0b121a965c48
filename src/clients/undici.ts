/**
 * What we use of undici to make requests, in a module of its own: loaded, and bundled, only where one is made. Its
 * index would also load fetch, mocks, caches and cookies, which takes longer than a hundred requests.
 */
export { default as Agent } from 'undici/lib/dispatcher/agent.js';
