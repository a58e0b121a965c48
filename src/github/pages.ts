import { Undecided } from '../core/errors.ts';
import { type FindingKind, found } from '../core/finding.ts';
import type { Call, GitHub } from './api.ts';

export const listTooLong: FindingKind = {
  code: 'gate/list-too-long',
  severity: 'warning',
  boundary: 'delivery',
  meaning: 'GitHub lists more items than the gate reads, and the unread items could change the verdict.',
  cause: 'Thousands of alerts, checks, reviews or members.',
  help: 'Shorten the list on GitHub, for example by dismissing alerts that do not apply, or review it yourself.',
};

const perPage = 100;
/** How many items of a list to read by default. */
const usualMost = 1_000;

type Listing<Item> = Omit<Call<Item[]>, 'send'>;
type NumberedPage<Item> = (of: { per_page: number; page: number }) => Call<Item[]>['send'];

/** Reads all items of a list, page by page. Throws an Undecided if there are more than 1,000. */
export async function readAllPages<Item>(
  github: GitHub,
  call: Listing<Item>,
  page: NumberedPage<Item>,
): Promise<Item[]> {
  const { items, isWhole } = await readFirstPages(github, call, page);
  if (!isWhole) throw rejectLongList(call.what);
  return items;
}

/** Reads the first items of a list, and says whether there are more. */
export async function readFirstPages<Item>(
  github: GitHub,
  { most = usualMost, ...call }: Listing<Item> & { most?: number },
  page: NumberedPage<Item>,
): Promise<{ items: Item[]; isWhole: boolean }> {
  const items: Item[] = [];
  for (let number = 1; items.length <= most; number++) {
    const found = await github.call({ ...call, send: page({ per_page: perPage, page: number }) });
    items.push(...found);
    if (found.length < perPage) break;
  }
  return { items: items.slice(0, most), isWhole: items.length <= most };
}

type Send = Call<unknown>['send'];
type SendWithHeaders<Item> = (
  ...given: Parameters<Send>
) => Promise<{ data: Item[]; headers: { link?: string | undefined } }>;

/**
 * Reads all items of a list whose pages have no numbers: each page names the next (docs: GitHub REST, using pagination).
 */
export async function readAllPagesByCursor<Item>(
  github: GitHub,
  call: Listing<Item>,
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
        return { data: { found: data, next: readNextCursor(headers.link) } };
      },
    });
    items.push(...found);
    after = next;
  } while (after !== undefined && items.length <= usualMost);
  if (items.length > usualMost) throw rejectLongList(call.what);
  return items;
}

function readNextCursor(link = ''): string | undefined {
  const next = /<([^>]+)>;\s*rel="next"/.exec(link)?.[1];
  return next === undefined ? undefined : (new URL(next).searchParams.get('after') ?? undefined);
}

function rejectLongList(what: string): Undecided {
  const message = `GitHub lists more than ${usualMost.toLocaleString('en')} items in ${what}, and the gate reads no more.`;
  return new Undecided([found(listTooLong, { message })]);
}
