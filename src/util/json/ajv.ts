import { createRequire } from 'node:module';
import { regExpWithTimeout, testWithTimeout } from './regexp-timeout.js';
import type * as ajv from 'ajv';
import type * as ajv2019 from 'ajv/dist/2019.js';
import type * as ajvFormats from 'ajv-formats';

/** What is wrong with one place of a value; the objects of ajv, as the API hands them out. */
export type SchemaError = ajv.ErrorObject;

/** Looks at one value; returns what is wrong with it. To be called within `guardPatterns`. */
export type SchemaCheck = (value: unknown) => readonly SchemaError[];

/**
 * Unknown keywords are let be, as on the platform: schemas carry titles, editors and the like for people. What all objects
 * inherit, such as `toString`, is no property of a value.
 */
const LENIENT: ajv.Options = {
    strict: false,
    logger: false,
    ownProperties: true,
    code: { regExp: Object.assign(regExpWithTimeout, { code: 'new RegExp' }) },
};

/**
 * Loads at the first use, and at once: most engines never see a schema, and whoever appends an item cannot wait.
 * `ajv` is CommonJS, so that this is what an import would do.
 */
const load = createRequire(import.meta.url);

/**
 * Makes a check of a JSON Schema, draft 07, with the formats of `ajv-formats`; other formats check nothing. The check
 * reports all that is wrong, not only the first thing.
 *
 * @throws Error for what is no such schema, or points to another one.
 */
export function compileSchema(schema: object): SchemaCheck {
    const { Ajv } = load('ajv') as typeof ajv;
    const checker = quickUniqueItems(new Ajv({ ...LENIENT, allErrors: true }));
    if (JSON.stringify(schema).includes('"format')) addFormats(checker);
    return checkWith(checker.compile(schema));
}

/** Their own expressions are tested on texts of any length, too. */
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

/** Ajv for JSON Schema 2019-09, as input schemas are written in. */
export function createAjv2019(options: ajv.Options): ajv2019.Ajv2019 {
    const { Ajv2019 } = load('ajv/dist/2019.js') as typeof ajv2019;
    // Patterns of input schemas are plain regular expressions: many would not compile with the flag `u`.
    const code = { ...LENIENT.code, ...options.code };
    return quickUniqueItems(new Ajv2019({ ...LENIENT, unicodeRegExp: false, ...options, code }));
}

/** Gives the keyword `uniqueItems` a check that ends in time, whose errors are those of ajv's own. */
function quickUniqueItems<Checker extends ajv.default>(checker: Checker): Checker {
    const validate = (isWanted: boolean, items: unknown[], parent?: ajv.AnySchemaObject): boolean => {
        const found = isWanted ? findDuplicateItems(items, arePlain(parent)) : undefined;
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

/** Whether a schema of an array says of which types its items are, and none has anything inside. */
function arePlain(schema: ajv.AnySchemaObject | undefined): boolean {
    const types = [(schema?.['items'] as { type?: unknown } | undefined)?.type ?? []].flat();
    return types.length > 0 && !types.includes('object') && !types.includes('array');
}

function checkWith(validate: ajv.ValidateFunction): SchemaCheck {
    // Such a check would answer later, with a promise that counts as true.
    if ('$async' in validate) throw new Error('`$async` is not supported');
    return (value) => (validate(value) ? [] : (validate.errors ?? []));
}

/** Where two items of an array are the same, in the order in which ajv names them. */
interface DuplicateItems {
    i: number;
    j: number;
}

/**
 * Finds two items of an array that are the same JSON, whatever the order of their fields, in one pass: to compare each with
 * each, as ajv does, takes minutes where there are many. Of several pairs it is the one that ajv would tell.
 *
 * @param arePlain - Whether the schema says that no item has anything inside. Ajv tells of such the other way round.
 */
function findDuplicateItems(items: readonly unknown[], arePlain: boolean): DuplicateItems | undefined {
    const seen = new Map<string, number>();
    let found: DuplicateItems | undefined;
    for (let step = 0; step < items.length; step++) {
        const i = arePlain ? items.length - 1 - step : step;
        const text = canonicalText(items[i]);
        const j = seen.get(text);
        seen.set(text, i);
        if (j === undefined) continue;
        found = { i, j };
        if (arePlain) break;
    }
    return found;
}

/** Objects are written as lists of their fields in order, so that the order they came in does not matter. */
function canonicalText(item: unknown): string {
    return JSON.stringify(item, (_key, value: unknown) => {
        if (typeof value !== 'object' || value === null) return value;
        if (Array.isArray(value)) return ['array', ...value];
        const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
        return ['object', ...fields.flat()];
    });
}
