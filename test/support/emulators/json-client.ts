/** A client for the tests of the emulators: JSON in, status and JSON out. */
export interface JsonAnswer<T> {
  status: number;
  headers: Headers;
  /** The JSON of the answer, or its text when it is none. */
  body: T;
}

/** The type argument says what the test expects to find; it is not checked. */
export type JsonClient = <T = unknown>(
  call: string,
  body?: unknown,
  headers?: Record<string, string>,
) => Promise<JsonAnswer<T>>;

/** `client('POST /v1/things', { name })` sends JSON with the given authorization. */
export function jsonClient(baseUrl: string, authorization: string): JsonClient {
  return async (call, body, headers = {}) => {
    const [method = 'GET', path = '/'] = call.split(' ');
    const response = await fetch(baseUrl + path, {
      method,
      headers: { authorization, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return {
      status: response.status,
      headers: response.headers,
      body: JSON.parse(isJson ? text : JSON.stringify(text)),
    };
  };
}
