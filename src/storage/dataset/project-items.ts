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
    unwind: checkUnwound,
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
    const renamed = copyNames(options.outputFields);
    const fields = renamed === undefined ? uniqueNames(options.fields) : copyNames(options.fields);
    if (renamed !== undefined) checkRenamed(renamed, fields);
    const { offset = 0, desc = false } = options;
    const omitted = new Set(options.omit);
    return {
        offset,
        // In the API, a limit of 0 means no limit.
        limit: options.limit || NO_LIMIT,
        desc,
        projection: createProjection(options, fields, renamed),
        preservesCount: !COUNT_CHANGING_OPTIONS.some((name) => options[name]),
        columns: uniqueNames((renamed ?? fields)?.filter((name) => !omitted.has(name))),
    };
}

function createProjection(
    options: ItemsOptions,
    fields: readonly string[] | undefined,
    renamed: readonly string[] | undefined,
): ItemProjection | undefined {
    const steps = createLegacySteps(options);
    const unwound = [options.unwind ?? []].flat();
    const omitted = new Set(options.omit);
    const flattened = new Set(options.flatten);
    for (const field of unwound) steps.push((item) => unwind(item, field));
    if (options.clean || options.skipHidden) steps.push((item) => [keepFields(item, (name) => !name.startsWith('#'))]);
    if (fields) steps.push(createPick(fields, renamed ?? fields));
    if (omitted.size > 0) steps.push((item) => [keepFields(item, (name) => !omitted.has(name))]);
    if (flattened.size > 0) steps.push((item) => [flatten(item, flattened)]);
    // Last, because empty items must not be in the output.
    if (options.clean || options.skipEmpty) steps.push((item) => (Object.keys(item).length === 0 ? [] : [item]));
    if (steps.length === 0) return undefined;
    return (item) => steps.reduce((items, step) => applyStep(items, step), [item]);
}

/** Creates the steps of the legacy Apify Crawler's options. They come first, since they select fields by their stored names. */
function createLegacySteps({ skipFailedPages, simplified }: ItemsOptions): ItemProjection[] {
    const steps: ItemProjection[] = [];
    if (skipFailedPages) steps.push((item) => (Object.hasOwn(item, 'errorInfo') ? [] : [item]));
    if (simplified) {
        steps.push(createPick(LEGACY_FIELDS, LEGACY_FIELDS), (item) => unwind(item, 'pageFunctionResult'));
    }
    return steps;
}

/** Each name is a pass over all items. */
const MAX_UNWOUND_NAMES = 100;
/** Maximum number of fields of all items that one stored item can become. Several `unwind` options multiply it. */
const MAX_UNWOUND_FIELDS = 5_000_000;

function applyStep(items: readonly Item[], step: ItemProjection): Item[] {
    const results: Item[] = [];
    let fieldCount = 0;
    for (const item of items) {
        const produced = step(item);
        // `unwind` copies the other fields to each item; those have about as many fields.
        if (produced.length > 1) fieldCount += produced.length * Object.keys(produced[0]!).length;
        if (fieldCount > MAX_UNWOUND_FIELDS) throw tooManyUnwound();
        for (const one of produced) results.push(one);
    }
    return results;
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
    if (elements.length * Object.keys(rest).length > MAX_UNWOUND_FIELDS) throw tooManyUnwound();
    return elements.map((element) =>
        isJsonObject(element) ? { ...rest, ...element } : { ...rest, ...single(field, element) },
    );
}

function tooManyUnwound(): EngineError {
    const message =
        `\`options.unwind\` turns one item into items with more than ${MAX_UNWOUND_FIELDS.toLocaleString('en')} fields in all. ` +
        'Unwind fewer fields, or select those that you need from the stored items.';
    return new EngineError('invalid-value', message, { details: { maxFields: MAX_UNWOUND_FIELDS } });
}

function keepFields(item: Item, keeps: (name: string) => boolean): Item {
    return Object.fromEntries(Object.entries(item).filter(([name]) => keeps(name)));
}

/** Creates the step that selects fields. Its work depends on the fields of an item, and not on the number of names. */
function createPick(fields: readonly string[], outputNames: readonly string[]): ItemProjection {
    const positions = new Map(fields.map((field, position) => [field, position]));
    return (item) => {
        const names = Object.keys(item).length < fields.length ? Object.keys(item) : fields;
        const found = names.flatMap((name) => (Object.hasOwn(item, name) ? (positions.get(name) ?? []) : []));
        const ordered = names === fields ? found : found.toSorted((a, b) => a - b);
        return [Object.fromEntries(ordered.map((position) => [outputNames[position], item[fields[position]!]]))];
    };
}

/** Depth up to which objects are flattened. The names of deeper fields would take many times the size of the item. */
const MAX_FLATTEN_DEPTH = 32;

function flatten(item: Item, fields: ReadonlySet<string>): Item {
    const entries: [string, unknown][] = [];
    const add = (name: string, value: unknown, depth: number): void => {
        if (depth === 0 || !isJsonObject(value) || Object.keys(value).length === 0) entries.push([name, value]);
        else for (const [key, inner] of Object.entries(value)) add(`${name}.${key}`, inner, depth - 1);
    };
    for (const [name, value] of Object.entries(item)) add(name, value, fields.has(name) ? MAX_FLATTEN_DEPTH : 0);
    return Object.fromEntries(entries);
}

function single(name: string, value: unknown): Item {
    return Object.fromEntries([[name, value]]);
}

function checkNames(path: string, value: unknown): void {
    if (Array.isArray(value) && value.every((name) => typeof name === 'string' && name !== '')) return;
    throw invalid(path, value, 'an array of field names');
}

/** Names may be repeated, for arrays in arrays. */
function checkUnwound(path: string, value: unknown): void {
    const names: unknown = typeof value === 'string' ? [value] : value;
    checkNames(path, names);
    if ((names as string[]).length > MAX_UNWOUND_NAMES) throw invalid(path, names, `up to ${MAX_UNWOUND_NAMES} names`);
}

/** Copies a list of names. As in a query string, an empty list counts as missing. */
function copyNames(names: readonly string[] | undefined): readonly string[] | undefined {
    return names === undefined || names.length === 0 ? undefined : [...names];
}

function uniqueNames(names: readonly string[] | undefined): readonly string[] | undefined {
    return copyNames(names === undefined ? names : [...new Set(names)]);
}

function checkRenamed(renamed: readonly string[], fields: readonly string[] = []): void {
    if (new Set(fields).size < fields.length) {
        throw invalid('options.fields', fields, 'without repetitions if there are `outputFields`');
    }
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
