import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject } from '../../util/json/json.js';
import type { DownloadOptions, Item, ItemsOptions } from '../../model/api/storage.js';
import { checkCount, checkFlag, checkText, didYouMean, invalid, type Check } from '../../util/check.js';

/** What the platform calls the limit of a list of items that has none. */
const NO_LIMIT = 999_999_999_999;

/** The fields that the items of a crawler of old had. */
const LEGACY_FIELDS = ['url', 'pageFunctionResult', 'errorInfo'];

/** What a view may say about the items; the other options of a list are its caller's. */
const VIEW_OPTIONS = [
    'fields',
    'omit',
    'unwind',
    'flatten',
    'clean',
    'skipEmpty',
    'skipHidden',
    'desc',
    'limit',
] as const;

const CHECKS = {
    offset: checkCount,
    limit: checkCount,
    desc: checkFlag,
    clean: checkFlag,
    fields: checkNames,
    outputFields: checkNames,
    omit: checkNames,
    unwind: (path, value) => checkNames(path, typeof value === 'string' ? [value] : value),
    flatten: checkNames,
    skipEmpty: checkFlag,
    skipHidden: checkFlag,
    skipFailedPages: checkFlag,
    simplified: checkFlag,
    view: checkText,
    signature: checkText,
} satisfies Partial<Record<keyof ItemsOptions, Check>>;

/** Option names of {@link ItemsOptions}. */
export const ITEMS_OPTIONS = Object.keys(CHECKS) as (keyof typeof CHECKS)[];

/** The options by which one stored item may become none or many. */
const COUNT_CHANGING_OPTIONS = ['clean', 'skipEmpty', 'unwind', 'skipFailedPages', 'simplified'] as const;

/** Makes the items to hand out of one stored item: none, one, or as many as `unwind` finds in it. */
export type ItemProjection = (item: Item) => Item[];

/** {@link ItemsOptions}, checked and with their defaults. */
export interface ItemsQuery {
    offset: number;
    limit: number;
    desc: boolean;
    /** Undefined when items are handed out as they are stored. */
    projection: ItemProjection | undefined;
    /** Whether it hands out as many items as it takes. */
    preservesCount: boolean;
    /** The names of the columns that the caller has fixed, in order. */
    columns: readonly string[] | undefined;
}

/**
 * Checks the options of a list of items. Keys are not checked: callers know which they take.
 *
 * @param schema - The dataset's schema, for views.
 */
export function resolveItemsOptions(given: ItemsOptions = {}, schema?: unknown): ItemsQuery {
    const options = given.view === undefined ? given : applyView(given, schema);
    for (const name of ITEMS_OPTIONS) {
        if (options[name] !== undefined) CHECKS[name](`options.${name}`, options[name]);
    }
    const fields = copyNames(options.fields);
    const renamed = copyNames(options.outputFields);
    if (renamed !== undefined) checkRenamed(renamed, fields);
    const { offset = 0, desc = false } = options;
    return {
        offset,
        // To the API, a limit of 0 is no limit.
        limit: options.limit || NO_LIMIT,
        desc,
        projection: createProjection(options, fields, renamed),
        preservesCount: !COUNT_CHANGING_OPTIONS.some((name) => options[name]),
        columns: (renamed ?? fields)?.filter((name) => !options.omit?.includes(name)),
    };
}

function createProjection(
    options: ItemsOptions,
    fields: readonly string[] | undefined,
    renamed: readonly string[] | undefined,
): ItemProjection | undefined {
    const steps = createLegacySteps(options);
    const unwound = [options.unwind ?? []].flat();
    const omitted = copyNames(options.omit);
    const flattened = copyNames(options.flatten);
    for (const field of unwound) steps.push((item) => unwind(item, field));
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
function createLegacySteps({ skipFailedPages, simplified }: ItemsOptions): ItemProjection[] {
    const steps: ItemProjection[] = [];
    if (skipFailedPages) steps.push((item) => (Object.hasOwn(item, 'errorInfo') ? [] : [item]));
    if (simplified) steps.push((item) => unwind(pick(item, LEGACY_FIELDS, LEGACY_FIELDS), 'pageFunctionResult'));
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

function checkNames(path: string, value: unknown): void {
    if (Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '')) return;
    throw invalid(path, value, 'an array of field names');
}

/** A copy of a list of names. As in a query string, an empty list is a list that was not given. */
function copyNames(names: readonly string[] | undefined): readonly string[] | undefined {
    return names === undefined || names.length === 0 ? undefined : [...names];
}

function checkRenamed(renamed: readonly string[], fields: readonly string[] = []): void {
    if (renamed.length === fields.length) return;
    const expected = `as long as \`options.fields\`, which names ${fields.length}`;
    throw invalid('options.outputFields', renamed, expected, 'Give each of the fields one new name.');
}

/**
 * Puts the options of a view in the place of its name. What the caller says goes first.
 *
 * Source: "Dataset schema" of the platform's docs; `views` and their `transformation`.
 *
 * @param schema - The dataset's schema, if it has one.
 * @throws `invalid-value` for a view that the schema does not have, with the nearest one that it has.
 */
function applyView(options: DownloadOptions, schema: unknown): DownloadOptions {
    const { view = '', ...rest } = options;
    checkText('options.view', view);
    const views = getObject(schema, 'views');
    const transformation = getObject(getObject(views, view), 'transformation');
    if (!Object.hasOwn(views, view)) throw unknownView(view, Object.keys(views));
    const said = VIEW_OPTIONS.filter((name) => Object.hasOwn(transformation, name));
    return { ...Object.fromEntries(said.map((name) => [name, transformation[name]])), ...rest };
}

function getObject(value: unknown, key: string): Record<string, unknown> {
    const inner = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return isJsonObject(inner) ? inner : {};
}

function unknownView(view: string, known: readonly string[]): EngineError {
    const what = known.length === 0 ? 'It has no views.' : `It has: ${known.join(', ')}.`;
    const remedy = 'Views come from the dataset schema in the `storages` of the Actor’s actor.json.';
    const message = `The dataset has no view \`${view}\`.${didYouMean(view, known)} ${what} ${remedy}`;
    return new EngineError('invalid-value', message, { details: { view } });
}
