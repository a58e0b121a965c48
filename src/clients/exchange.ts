import type { Dispatcher } from 'undici';
import { type Body, BodyReader } from './response-body.ts';

/** One request and what has come of it so far, as undici tells of it. */
export class Exchange implements Dispatcher.DispatchHandler {
  /** Settles once the body is there; rejects with what broke it off. */
  readonly body: Promise<Body>;
  /** Undefined until the answer has begun. */
  status: number | undefined;
  /** By lower-case name. */
  headers: Record<string, string | string[] | undefined> = {};
  readonly #settled = Promise.withResolvers<Body>();
  #controller: Dispatcher.DispatchController | undefined;
  #reader: BodyReader | undefined;
  #reason: Error | undefined;

  constructor() {
    this.body = this.#settled.promise;
  }

  /** Takes the connection down at once, or as soon as there is one. */
  abort(reason: Error): void {
    this.#reason = reason;
    this.#settled.reject(reason);
    this.#controller?.abort(reason);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#reason) controller.abort(this.#reason);
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Exchange['headers']): void {
    if (status < 200) return; // the answer is yet to come (RFC 9110, section 15.2)
    this.status = status;
    this.headers = headers;
    this.#reader = new BodyReader(describeBody(headers), {
      pause: () => controller.pause(),
      resume: () => controller.resume(),
      done: body => this.#settled.resolve(body),
      full: body => {
        this.#settled.resolve(body);
        controller.abort(new Error('the rest of the body is not wanted'));
      },
      failed: error => this.abort(error),
    });
  }

  onResponseData(_: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#reader?.push(chunk);
  }

  onResponseEnd(): void {
    this.#reader?.end();
  }

  onResponseError(_: Dispatcher.DispatchController, error: Error): void {
    this.#reader?.stop();
    this.#settled.reject(error);
  }
}

function describeBody(headers: Exchange['headers']): { encoding: string; type: string } {
  return { encoding: String(headers['content-encoding'] ?? ''), type: String(headers['content-type'] ?? '') };
}
