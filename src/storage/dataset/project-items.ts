import { EngineError } from '../../errors/engine-error.js';
import { isJsonObject } from '../../util/json/json.js';
import type { DownloadOptions, Item, ItemsOptions } from '../../model/api/storage.js';
import { checkCount, checkFlag, checkText, didYouMean, invalid, type Check } from '../../util/check.js';

/** The limit that the platform reports for a list without a limit. */
const NO_LIMIT = 999_999_999_999;

/** Fields of the items of the legacy Apify Crawler. */
const LEGACY_FIELDS = ['url', 'pageFunctionResult', 'errorInfo'];

/** Options that a view can set; the caller sets the others. */
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

/** Options that can turn one stored item into none or many. */
const COUNT_CHANGING_OPTIONS = ['clean', 'skipEmpty', 'unwind', 'skipFailedPages', 'simplified'] as const;

/** Returns the projected items of a stored item: none, one, or one for each element that `unwind` finds. */
export type ItemProjection = (item: Item) => Item[];

/** Validated {@link ItemsOptions} with defaults. */
export interface ItemsQuery {
    offset: number;
    limit: number;
    desc: boolean;
    /** Undefined if items are returned as they are stored. */
    projection: ItemProjection | undefined;
    /** True if the projection returns one item for each stored item. */
    preservesCount: boolean;
    /** Names of the columns that the caller has fixed, in order. */
    columns: readonly string[] | undefined;
}

/**
 * Validates the options of a list of items. Unknown keys are not checked, since each caller allows others.
 *
 * @param schema - The dataset's schema, for views.
 */
export function resolveItemsOptions(itemsOptions: ItemsOptions = {}, schema?: unknown): ItemsQuery {
    const options = itemsOptions.view === undefined ? itemsOptions : applyView(itemsOptions, schema);
    for (const name of ITEMS_OPTIONS) {
        if (options[name] !== undefined) CHECKS[name](`options.${name}`, options[name]);
    }
    const fields = copyNames(options.fields);
    const renamed = copyNames(options.outputFields);
    if (renamed !== undefined) checkRenamed(renamed, fields);
    const { offset = 0, desc = false } = options;
    return {
        offset,
        // In the API, a limit of 0 means no limit.
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
    // Last, because empty items must not be in the output.
    if (options.clean || options.skipEmpty) steps.push((item) => (Object.keys(item).length === 0 ? [] : [item]));
    if (steps.length === 0) return undefined;
    return (item) => steps.reduce((items, step) => items.flatMap(step), [item]);
}

/** Creates the steps of the legacy Apify Crawler's options. They come first, since they select fields by their stored names. */
function createLegacySteps({ skipFailedPages, simplified }: ItemsOptions): ItemProjection[] {
    const steps: ItemProjection[] = [];
    if (skipFailedPages) steps.push((item) => (Object.hasOwn(item, 'errorInfo') ? [] : [item]));
    if (simplified) steps.push((item) => unwind(pick(item, LEGACY_FIELDS, LEGACY_FIELDS), 'pageFunctionResult'));
    return steps;
}

/*
 * The steps below create objects only with `Object.fromEntries` and spread, which define a key such as `__proto__`. An assignment
 * would set the prototype.
 */

function unwind(item: Item, field: string): Item[] {
    const value = Object.hasOwn(item, field) ? item[field] : undefined;
    if (typeof value !== 'object' || value === null) return [item];
    const rest = keepFields(item, (name) => name !== field);
    const elements: unknown[] = Array.isArray(value) ? value : [value];
    return elements.map((element) =>
        isJsonObject(element) ? { ...rest, ...element } : { ...rest, ...single(field, element) },
    );
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

/** Copies a list of names. As in a query string, an empty list counts as missing. */
function copyNames(names: readonly string[] | undefined): readonly string[] | undefined {
    return names === undefined || names.length === 0 ? undefined : [...names];
}

function checkRenamed(renamed: readonly string[], fields: readonly string[] = []): void {
    if (renamed.length === fields.length) return;
    const expected = `as long as \`options.fields\`, which has ${fields.length}`;
    throw invalid('options.outputFields', renamed, expected, 'Give one output name for each field.');
}

/**
 * Replaces the name of a view by its options. Options of the caller take precedence.
 *
 * Source: "Dataset schema" of the platform's docs; `views` and their `transformation`.
 *
 * @param schema - The dataset's schema, if it has one.
 * @throws `invalid-value` if the schema does not have the view, with the most similar name.
 */
function applyView(options: DownloadOptions, schema: unknown): DownloadOptions {
    const { view = '', ...rest } = options;
    checkText('options.view', view);
    const views = getObject(schema, 'views');
    const transformation = getObject(getObject(views, view), 'transformation');
    if (!Object.hasOwn(views, view)) throw unknownView(view, Object.keys(views));
    const names = VIEW_OPTIONS.filter((name) => Object.hasOwn(transformation, name));
    return { ...Object.fromEntries(names.map((name) => [name, transformation[name]])), ...rest };
}

function getObject(value: unknown, key: string): Record<string, unknown> {
    const inner = isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
    return isJsonObject(inner) ? inner : {};
}

function unknownView(view: string, known: readonly string[]): EngineError {
    const available = known.length === 0 ? 'It has no views.' : `It has: ${known.join(', ')}.`;
    const remedy = "Views come from the dataset schema in the `storages` of the Actor's actor.json.";
    const message = `The dataset has no view \`${view}\`.${didYouMean(view, known)} ${available} ${remedy}`;
    return new EngineError('invalid-value', message, { details: { view } });
}
