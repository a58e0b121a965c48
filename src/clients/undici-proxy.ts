import connect from 'undici/lib/api/api-connect.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';

/** For runners behind a proxy: loaded only there. */
export { default as EnvHttpProxyAgent } from 'undici/lib/dispatcher/env-http-proxy-agent.js';

// The index of undici adds this method, with which a proxy is asked for a tunnel.
Object.assign(Dispatcher.prototype, { connect });
