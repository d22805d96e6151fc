import { isJsonObject } from '../util/json.js';
import type { Item, ItemsOptions } from '../model/storage.js';
import { checkFlag, checkOptions, checkText, checkWhole, invalid } from '../util/check.js';
import { applyView } from './dataset-views.js';

/** What the platform calls the limit of a list of items that has none. */
const NO_LIMIT = 999_999_999_999;

/** The fields that the items of a crawler of old had. */
const OF_OLD = ['url', 'pageFunctionResult', 'errorInfo'];

/** Option names of {@link ItemsOptions}. */
export const ITEMS_OPTIONS = [
    'offset',
    'limit',
    'desc',
    'clean',
    'fields',
    'outputFields',
    'omit',
    'unwind',
    'flatten',
    'skipEmpty',
    'skipHidden',
    'skipFailedPages',
    'simplified',
    'view',
    'signature',
] as const satisfies readonly (keyof ItemsOptions)[];

/** The options by which one stored item may become none or many. */
const COUNT_CHANGERS = ['clean', 'skipEmpty', 'unwind', 'skipFailedPages', 'simplified'] as const;

/** Makes the items to hand out of one stored item: none, one, or as many as `unwind` finds in it. */
export type ItemShaper = (item: Item) => Item[];

/** {@link ItemsOptions}, checked and with their defaults. */
export interface ItemsQuery {
    offset: number;
    limit: number;
    desc: boolean;
    /** Undefined when items are handed out as they are stored. */
    shape: ItemShaper | undefined;
    /** Whether it hands out as many items as it takes. */
    keepsCount: boolean;
    /** The names of the columns that the caller has fixed, in order. */
    columns: readonly string[] | undefined;
}

/** Checks the options of a list of items. Keys are not checked: callers know which they take. */
export function resolveItemsOptions(options: ItemsOptions = {}): ItemsQuery {
    checkWhole('options.offset', options.offset, 0);
    checkWhole('options.limit', options.limit, 0);
    for (const flag of ['desc', 'clean', 'skipEmpty', 'skipHidden', 'skipFailedPages', 'simplified'] as const) {
        checkFlag(`options.${flag}`, options[flag]);
    }
    checkText('options.signature', options.signature);
    const fields = names('fields', options.fields);
    const shape = makeShaper(options, fields);
    return {
        offset: options.offset ?? 0,
        // To the API, a limit of 0 is no limit.
        limit: options.limit || NO_LIMIT,
        desc: options.desc ?? false,
        shape,
        keepsCount: !COUNT_CHANGERS.some((name) => options[name]),
        columns: (outputNames(options, fields) ?? fields)?.filter((name) => !options.omit?.includes(name)),
    };
}

/**
 * As {@link resolveItemsOptions}, for callers that take these options and no others.
 *
 * @param schema - The dataset's schema, for views.
 */
export function resolveListOptions(options: ItemsOptions = {}, schema?: unknown): ItemsQuery {
    checkOptions('options', options, ITEMS_OPTIONS);
    return resolveItemsOptions(applyView(options, schema));
}

function makeShaper(options: ItemsOptions, fields: readonly string[] | undefined): ItemShaper | undefined {
    const renamed = outputNames(options, fields);
    const unwound = names('unwind', typeof options.unwind === 'string' ? [options.unwind] : options.unwind);
    const omitted = names('omit', options.omit);
    const flattened = names('flatten', options.flatten);
    const steps = stepsOfOld(options);
    for (const field of unwound ?? []) steps.push((item) => unwind(item, field));
    if (options.clean || options.skipHidden) steps.push((item) => [keepFields(item, (name) => !name.startsWith('#'))]);
    if (fields) steps.push((item) => [pick(item, fields, renamed ?? fields)]);
    if (omitted) steps.push((item) => [keepFields(item, (name) => !omitted.includes(name))]);
    if (flattened) steps.push((item) => [flatten(item, flattened)]);
    // Last, because it is the output that must not have empty items.
    if (options.clean || options.skipEmpty) steps.push((item) => (Object.keys(item).length === 0 ? [] : [item]));
    if (steps.length === 0) return undefined;
    return (item) => steps.reduce((items, step) => items.flatMap(step), [item]);
}

/** What a crawler of old was asked for. First of all steps, since what it unwinds is under names that it does not know. */
function stepsOfOld({ skipFailedPages, simplified }: ItemsOptions): ItemShaper[] {
    const steps: ItemShaper[] = [];
    if (skipFailedPages) steps.push((item) => (Object.hasOwn(item, 'errorInfo') ? [] : [item]));
    if (simplified) steps.push((item) => unwind(pick(item, OF_OLD, OF_OLD), 'pageFunctionResult'));
    return steps;
}

/*
 * The steps below make objects with `Object.fromEntries` and spread only: those define a key like `__proto__`, where an
 * assignment would set the prototype.
 */

function unwind(item: Item, field: string): Item[] {
    const value = Object.hasOwn(item, field) ? item[field] : undefined;
    if (typeof value !== 'object' || value === null) return [item];
    const rest = keepFields(item, (name) => name !== field);
    const parts: unknown[] = Array.isArray(value) ? value : [value];
    return parts.map((part) => (isJsonObject(part) ? { ...rest, ...part } : { ...rest, ...single(field, part) }));
}

function keepFields(item: Item, keeps: (name: string) => boolean): Item {
    return Object.fromEntries(Object.entries(item).filter(([name]) => keeps(name)));
}

function pick(item: Item, fields: readonly string[], outputNames: readonly string[]): Item {
    return Object.fromEntries(
        fields.flatMap((field, index) => (Object.hasOwn(item, field) ? [[outputNames[index], item[field]]] : [])),
    );
}

function flatten(item: Item, fields: readonly string[]): Item {
    return Object.fromEntries(
        Object.entries(item).flatMap(([name, value]) =>
            fields.includes(name) ? flatEntries(name, value) : [[name, value]],
        ),
    );
}

function flatEntries(name: string, value: unknown): [string, unknown][] {
    if (!isJsonObject(value) || Object.keys(value).length === 0) return [[name, value]];
    return Object.entries(value).flatMap(([key, inner]) => flatEntries(`${name}.${key}`, inner));
}

function single(name: string, value: unknown): Item {
    return Object.fromEntries([[name, value]]);
}

function names(option: string, value: unknown): readonly string[] | undefined {
    if (value === undefined) return undefined;
    if (!Array.isArray(value) || !value.every((name): name is string => typeof name === 'string' && name !== '')) {
        throw invalid(`options.${option}`, value, 'an array of field names');
    }
    // As in a query string: an empty list is a list that was not given.
    return value.length === 0 ? undefined : [...value];
}

function outputNames(options: ItemsOptions, fields: readonly string[] | undefined): readonly string[] | undefined {
    const renamed = names('outputFields', options.outputFields);
    if (renamed === undefined || renamed.length === fields?.length) return renamed;
    const expected = `as long as \`options.fields\`, which names ${fields?.length ?? 0}`;
    throw invalid('options.outputFields', renamed, expected, 'Give each of the fields one new name.');
}
