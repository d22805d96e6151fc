import type { CommandOption } from '../command.js';
import type { ParsedWords } from '../parsed-words.js';

/** How much of a list is shown at once unless somebody says otherwise. */
const DEFAULT_LIMIT = 20;

/** The options of every list of records, which has the newest on top. */
export const LIST_OPTIONS: readonly CommandOption[] = [
    { name: 'limit', short: 'n', value: 'N', summary: 'Show at most so many.', default: String(DEFAULT_LIMIT) },
    { name: 'offset', value: 'N', summary: 'Leave out the first so many.', default: '0' },
    { name: 'asc', summary: 'The oldest first.' },
    { name: 'desc', summary: 'The newest first, as it is anyway.' },
];

/** Which part of a list is wanted, as the API's parameters. */
export interface ListRange {
    readonly offset: number;
    readonly limit: number;
    readonly desc: boolean;
}

/** Reads {@link LIST_OPTIONS}. */
export function readListOptions(words: ParsedWords): ListRange {
    if (words.flag('asc') && words.flag('desc')) {
        throw words.bad('--asc and --desc are opposites. Leave one of them out.');
    }
    return {
        offset: words.whole('offset') ?? 0,
        limit: words.whole('limit', 1) ?? DEFAULT_LIMIT,
        desc: !words.flag('asc'),
    };
}
