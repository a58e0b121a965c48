/** What we use of undici, in a module of its own: loaded, and bundled, only where a request is made. */
export { Agent, request, WebSocket } from 'undici';
