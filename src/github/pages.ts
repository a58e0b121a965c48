import type { Call, GitHub } from './api.ts';

const perPage = 100;
const usualMost = 1_000;

/** All items of a list, page by page; of more than `most`, by default 1,000, only the first. */
export async function allPages<Item>(
  github: GitHub,
  { most = usualMost, ...call }: Omit<Call<Item[]>, 'send'> & { most?: number },
  page: (of: { per_page: number; page: number }) => Call<Item[]>['send'],
): Promise<Item[]> {
  const items: Item[] = [];
  for (let number = 1; items.length < most; number++) {
    const found = await github.call({ ...call, send: page({ per_page: perPage, page: number }) });
    items.push(...found);
    if (found.length < perPage) break;
  }
  return items;
}

type Send = Call<unknown>['send'];
type SendWithHeaders<Item> = (
  ...given: Parameters<Send>
) => Promise<{ data: Item[]; headers: { link?: string | undefined } }>;

/** The same for a list whose pages have no numbers: each names the one after it (docs: GitHub REST, using pagination). */
export async function allPagesByCursor<Item>(
  github: GitHub,
  call: Omit<Call<Item[]>, 'send'>,
  page: (of: { per_page: number; after?: string }) => SendWithHeaders<Item>,
): Promise<Item[]> {
  const items: Item[] = [];
  let after: string | undefined;
  do {
    const send = page({ per_page: perPage, ...(after !== undefined && { after }) });
    const { found, next } = await github.call({
      ...call,
      send: async (...given) => {
        const { data, headers } = await send(...given);
        return { data: { found: data, next: cursorOfNext(headers.link) } };
      },
    });
    items.push(...found);
    after = next;
  } while (after !== undefined && items.length < usualMost);
  return items;
}

function cursorOfNext(link = ''): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link)?.[1];
  return next === undefined ? undefined : (new URL(next).searchParams.get('after') ?? undefined);
}
