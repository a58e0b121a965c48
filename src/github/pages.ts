import type { Call, GitHub } from './api.ts';

const perPage = 100;

/** All items of a list, page by page; of more than `most`, by default 1,000, only the first. */
export async function allPages<Item>(
  github: GitHub,
  { most = 1_000, ...call }: Omit<Call<Item[]>, 'send'> & { most?: number },
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
