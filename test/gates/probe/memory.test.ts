import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { serve } from '../../readiness/support.ts';
import { onCleanUp } from '../../support/clean-up.ts';
import { startGate } from '../../support/run-built.ts';

const size = 100 * 1024 * 1024;

/** Node tells the most memory that a process held, in kibibytes, as it exits. */
const tell =
  "data:text/javascript,process.on('exit',()=>process.stderr.write('maxrss='+process.resourceUsage().maxRSS+'\\n'))";

/** Mebibytes that the built gate held at most while it probed the service. */
async function memoryOf(handler: RequestListener): Promise<number> {
  const gate = startGate('probe', {
    env: {
      INPUT_URL: await serve(handler),
      INPUT_CONSECUTIVE: '1',
      INPUT_FOR: '0s',
      NODE_OPTIONS: `--import ${JSON.stringify(tell)}`,
    },
  });
  onCleanUp(() => gate.remove());
  expect([await gate.ended, gate.outputs()]).toEqual([0, expect.stringContaining('passed')]);
  return Number(/maxrss=(\d+)/.exec(gate.printed())?.[1]) / 1024;
}

const packed = gzipSync(Buffer.alloc(size), { level: 1 });
const bodies: [string, RequestListener][] = [
  [
    'as it is',
    async (_, response) => {
      const chunk = Buffer.alloc(1024 * 1024, 'x');
      response.on('error', () => {}); // the gate has seen enough
      for (let sent = 0; sent < size && !response.destroyed; sent += chunk.length) {
        if (!response.write(chunk)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
      }
      response.end();
    },
  ],
  ['packed into a hundredth', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(packed)],
];

test.each(bodies)('a body of 100 MB, %s, costs the gate no more than a few MiB', async (_, handler) => {
  const least = await memoryOf((_request, response) => response.end('{}'));
  expect((await memoryOf(handler)) - least).toBeLessThan(40);
});
