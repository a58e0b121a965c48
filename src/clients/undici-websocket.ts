/** The WebSocket of undici, which brings its fetch along: loaded only where a connection is opened. */
export { WebSocket } from 'undici/lib/web/websocket/websocket.js';
