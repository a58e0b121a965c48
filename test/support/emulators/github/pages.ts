import type { Answer, EmulatorRequest } from '../http.ts';

export interface Page<T> {
  items: T[];
  headers: Record<string, string>;
}

/** Cuts a page out by `per_page` (30, at most 100) and `page`, with the Link header that leads to the others. */
export function pageOf<T>(all: readonly T[], request: EmulatorRequest): Page<T> {
  const size = Math.min(Math.max(Number(request.query.get('per_page') ?? '30'), 1), 100);
  const number = Math.max(Number(request.query.get('page') ?? '1'), 1);
  const last = Math.max(Math.ceil(all.length / size), 1);
  const to = (page: number, rel: string): string => {
    const query = new URLSearchParams(request.query);
    query.set('page', String(page));
    return `<http://${request.headers.host}${request.path}?${query}>; rel="${rel}"`;
  };
  const links = [
    ...(number > 1 ? [to(number - 1, 'prev')] : []),
    ...(number < last ? [to(number + 1, 'next'), to(last, 'last')] : []),
    ...(number > 1 ? [to(1, 'first')] : []),
  ];
  return {
    items: all.slice((number - 1) * size, number * size),
    headers: links.length === 0 ? {} : { link: links.join(', ') },
  };
}

/** The same for a list that has cursors (`after`) in place of numbers of pages. */
export function cursorListAnswer<T>(all: readonly T[], request: EmulatorRequest, view: (item: T) => unknown): Answer {
  const size = Math.min(Math.max(Number(request.query.get('per_page') ?? '30'), 1), 100);
  const start = Number(Buffer.from(request.query.get('after') ?? '', 'base64').toString() || '0');
  const query = new URLSearchParams(request.query);
  query.set('after', Buffer.from(String(start + size)).toString('base64'));
  const next = `<http://${request.headers.host}${request.path}?${query}>; rel="next"`;
  return {
    status: 200,
    body: all.slice(start, start + size).map(view),
    headers: start + size < all.length ? { link: next } : {},
  };
}

/** A list that is the whole body of its answer. */
export function listAnswer<T>(all: readonly T[], request: EmulatorRequest, view: (item: T) => unknown): Answer {
  const { items, headers } = pageOf(all, request);
  return { status: 200, body: items.map(view), headers };
}
