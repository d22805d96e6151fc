import { createRequire } from 'node:module';
import { regExpWithTimeout, testWithTimeout } from './regexp-timeout.js';
import type * as ajv from 'ajv';
import type * as ajv2019 from 'ajv/dist/2019.js';
import type * as ajvFormats from 'ajv-formats';

/** An error at one location of a value: ajv's object, which the API returns unchanged. */
export type SchemaError = ajv.ErrorObject;

/** Validates a value and returns the errors. Call it within `withRegExpTimeout`. */
export type SchemaCheck = (value: unknown) => readonly SchemaError[];

/**
 * Accepts unknown keywords, as the platform does: schemas contain titles and editors for their forms. Inherited members such as
 * `toString` are not properties of a value.
 */
const LENIENT: ajv.Options = {
    strict: false,
    logger: false,
    ownProperties: true,
    code: { regExp: Object.assign(regExpWithTimeout, { code: 'new RegExp' }) },
};

/**
 * Loads `ajv` on first use, because most engines never see a schema, and synchronously, because appending an item is
 * synchronous. `ajv` is CommonJS, so an import would do the same.
 */
const load = createRequire(import.meta.url);

/**
 * Compiles a JSON Schema of draft 07 with the formats of `ajv-formats`; unknown formats accept every value. The check reports
 * all errors, not only the first one.
 *
 * @throws Error for an invalid schema, or one that references another schema.
 */
export function compileSchema(schema: object): SchemaCheck {
    const { Ajv } = load('ajv') as typeof ajv;
    const checker = replaceUniqueItems(new Ajv({ ...LENIENT, allErrors: true }));
    if (JSON.stringify(schema).includes('"format')) addFormats(checker);
    return createCheck(checker.compile(schema));
}

/** Adds the formats, guarded: their own expressions are tested on texts of any length, too. */
function addFormats(checker: ajv.Ajv): void {
    (load('ajv-formats') as typeof ajvFormats).default(checker);
    for (const [name, format] of Object.entries(checker.formats)) {
        if (format instanceof RegExp)
            checker.addFormat(
                name,
                guardFormat(name, (text) => format.test(text)),
            );
        else if (typeof format === 'function') checker.addFormat(name, guardFormat(name, format));
    }
}

function guardFormat(name: string, test: (text: string) => boolean): (text: string) => boolean {
    return testWithTimeout({ name: `the format \`${name}\``, test });
}

/** Creates an ajv for JSON Schema 2019-09, the dialect of input schemas. */
export function createAjv2019(options: ajv.Options): ajv2019.Ajv2019 {
    const { Ajv2019 } = load('ajv/dist/2019.js') as typeof ajv2019;
    // Patterns of input schemas are written without the flag `u`, and many do not compile with it.
    const code = { ...LENIENT.code, ...options.code };
    return replaceUniqueItems(new Ajv2019({ ...LENIENT, unicodeRegExp: false, ...options, code }));
}

/** Replaces the keyword `uniqueItems` by one that takes linear time and reports the same errors as ajv's. */
function replaceUniqueItems<Checker extends ajv.default>(checker: Checker): Checker {
    const validate = (mustBeUnique: boolean, items: unknown[], parent?: ajv.AnySchemaObject): boolean => {
        const found = mustBeUnique ? findDuplicateItems(items, areScalars(parent)) : undefined;
        if (found === undefined) return true;
        const message = `must NOT have duplicate items (items ## ${found.j} and ${found.i} are identical)`;
        validate.errors = [{ keyword: 'uniqueItems', params: found, message }];
        return false;
    };
    validate.errors = [] as Partial<ajv.ErrorObject>[];
    checker.removeKeyword('uniqueItems');
    checker.addKeyword({ keyword: 'uniqueItems', type: 'array', schemaType: 'boolean', validate });
    return checker;
}

/** True if the schema of an array declares the types of its items and none is an object or array. */
function areScalars(schema: ajv.AnySchemaObject | undefined): boolean {
    const types = [(schema?.['items'] as { type?: unknown } | undefined)?.type ?? []].flat();
    return types.length > 0 && !types.includes('object') && !types.includes('array');
}

function createCheck(validate: ajv.ValidateFunction): SchemaCheck {
    // Such a check returns a promise, which would count as true.
    if ('$async' in validate) throw new Error('`$async` is not supported');
    return (value) => (validate(value) ? [] : (validate.errors ?? []));
}

/** The indexes of two equal items, in ajv's order. */
interface DuplicateItems {
    i: number;
    j: number;
}

/**
 * Finds two items of an array that are equal as JSON, regardless of the order of their fields. It takes a single pass: ajv
 * compares every pair, which takes minutes for long arrays. Of several pairs it returns the one that ajv reports.
 *
 * @param areScalars - True if the schema allows no objects or arrays as items. Ajv checks such items from the end.
 */
function findDuplicateItems(items: readonly unknown[], areScalars: boolean): DuplicateItems | undefined {
    const seen = new Map<string, number>();
    let found: DuplicateItems | undefined;
    for (let step = 0; step < items.length; step++) {
        const i = areScalars ? items.length - 1 - step : step;
        const json = toCanonicalJson(items[i]);
        const j = seen.get(json);
        seen.set(json, i);
        if (j === undefined) continue;
        found = { i, j };
        if (areScalars) break;
    }
    return found;
}

/** Serializes an item independently of the order of its fields: objects become sorted lists of their fields. */
function toCanonicalJson(item: unknown): string {
    return JSON.stringify(item, (_key, value: unknown) => {
        if (typeof value !== 'object' || value === null) return value;
        if (Array.isArray(value)) return ['array', ...value];
        const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
        return ['object', ...fields.flat()];
    });
}
