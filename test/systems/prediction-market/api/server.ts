import { fastify } from 'fastify';
import { assemble } from './app.ts';
import { withFault } from './faults.ts';
import { createParts } from './parts.ts';
import { readSettings } from './settings.ts';

const settings = readSettings(process.env);
const app = fastify({
  logger: { level: settings.logLevel },
  trustProxy: true,
  forceCloseConnections: true,
  // Prices come in steps of 0.01, of which 0.07 is no exact multiple in binary.
  ajv: { customOptions: { coerceTypes: false, multipleOfPrecision: 6 } },
});
const parts = createParts(settings, error => app.log.warn(error));
await assemble(app, withFault(parts, process.env.BREAK));
await app.listen({ host: '0.0.0.0', port: settings.port });

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    app.log.info(`${signal}: closing`);
    // What is still open would keep the process up; when all is closed it ends by itself.
    app.close().catch(error => {
      app.log.error(error);
      process.exitCode = 1;
    });
  });
}
