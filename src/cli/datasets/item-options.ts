import type { ApiQuery } from '../api/api.js';
import type { CommandOption } from '../command.js';
import type { ParsedWords } from '../parsed-words.js';

const LISTS = ['fields', 'omit', 'unwind', 'flatten'] as const;
const FLAGS = ['desc', 'clean', 'bom', 'skip-header-row', 'skip-empty', 'skip-hidden'] as const;
const TEXTS = ['view', 'delimiter', 'xml-root', 'xml-row'] as const;

/** Which items of a dataset, and how they are shaped: those of the API's "Get dataset items". */
export const ITEM_OPTIONS: readonly CommandOption[] = [
    { name: 'limit', short: 'n', value: 'N', summary: 'At most so many items.', default: 'all; 20 in a table' },
    { name: 'offset', value: 'N', summary: 'Leave out the first so many.', default: '0' },
    { name: 'desc', summary: 'The newest first.' },
    { name: 'fields', value: 'A,B', summary: 'Only these fields, in this order.' },
    { name: 'omit', value: 'A,B', summary: 'Without these fields.' },
    { name: 'unwind', value: 'A,B', summary: 'A row for each entry of an array in these fields.' },
    { name: 'flatten', value: 'A,B', summary: 'Make `a.b` of objects in these fields.' },
    { name: 'clean', summary: 'Without empty items and hidden fields (#…).' },
    { name: 'skip-empty', summary: 'Without empty items.' },
    { name: 'skip-hidden', summary: 'Without hidden fields (#…).' },
    { name: 'view', value: 'NAME', summary: "As a view of the dataset's schema has them." },
    { name: 'delimiter', value: 'C', summary: 'What separates the values of csv.', default: ',' },
    { name: 'bom', summary: 'With a byte order mark, as csv has it anyway.' },
    { name: 'skip-header-row', summary: 'csv without the row of names.' },
    { name: 'xml-root', value: 'NAME', summary: 'The outermost element of xml.', default: 'items' },
    { name: 'xml-row', value: 'NAME', summary: 'The element of each item in xml.', default: 'item' },
];

/** {@link ITEM_OPTIONS} as the API's parameters; only what was given, since a view fills in the rest. */
export function readItemOptions(words: ParsedWords): ApiQuery {
    return {
        offset: words.whole('offset'),
        limit: words.whole('limit', 1),
        ...Object.fromEntries([...LISTS, ...TEXTS].map((name) => [camel(name), words.text(name)])),
        ...Object.fromEntries(FLAGS.filter((name) => words.flag(name)).map((name) => [camel(name), true])),
    };
}

function camel(name: string): string {
    return name.replaceAll(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
}
