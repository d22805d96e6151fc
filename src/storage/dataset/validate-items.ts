import { isJsonObject } from '../../util/json/json.js';
import { EngineError } from '../../errors/engine-error.js';
import type { SchemaCheck, SchemaError } from '../../util/json/ajv.js';
import { validateWithTimeout, compileValidator } from '../json-schema.js';

/** An item that the dataset's schema refuses. */
interface InvalidItem {
    /** Its place in the push, from 0. */
    itemPosition: number;
    validationErrors: readonly SchemaError[];
}

/** As many problems are spelled out in the message; its details have all. */
const MAX_LISTED = 3;

/**
 * The check of a dataset's items, if its schema says in `fields` what they are like.
 *
 * @throws SchemaProblem when `fields` is no JSON Schema.
 */
export function compileItemValidator(schema: unknown): SchemaCheck | undefined {
    const fields = isJsonObject(schema) && Object.hasOwn(schema, 'fields') ? schema['fields'] : undefined;
    // Templates have an empty one, which says nothing.
    if (fields === undefined || fields === null || (isJsonObject(fields) && Object.keys(fields).length === 0))
        return undefined;
    return compileValidator('fields', fields);
}

/**
 * Refuses items that are not as the schema of their dataset says.
 *
 * @param jsonTexts - An item each.
 * @throws EngineError `schema-validation-error`, with `invalidItems` as the API has them.
 */
export function validateItems(check: SchemaCheck, jsonTexts: readonly string[]): void {
    const invalidItems = findInvalid(check, jsonTexts);
    if (invalidItems.length === 0) return;
    throw new EngineError('schema-validation-error', describe(invalidItems), { details: { invalidItems } });
}

function findInvalid(check: SchemaCheck, jsonTexts: readonly string[]): InvalidItem[] {
    let position = 0;
    const checkNext = (text: string, itemPosition: number): InvalidItem[] => {
        position = itemPosition;
        const validationErrors = check(JSON.parse(text));
        return validationErrors.length === 0 ? [] : [{ itemPosition, validationErrors }];
    };
    return validateWithTimeout(
        () => jsonTexts.flatMap(checkNext),
        (reason) => [
            `${reason}, and was given up at item ${position}. ` +
                'Nothing of the push was stored. Simplify that in the dataset schema, or push shorter texts, or fewer at once.',
            { invalidItems: [] },
        ],
    );
}

function describe(invalidItems: readonly InvalidItem[]): string {
    const problems = invalidItems.flatMap(({ itemPosition, validationErrors }) => {
        return validationErrors.map(
            ({ instancePath, message }) => `item ${itemPosition}${instancePath} ${message ?? ''}`,
        );
    });
    const rest = problems.length - MAX_LISTED;
    const told = problems.slice(0, MAX_LISTED).join('; ');
    const more = rest > 0 ? `, and ${rest} more` : '';
    return (
        `Schema validation failed: ${told}${more}. Nothing of the push was stored. ` +
        'Push items as the `fields` of the dataset schema say, or change these.'
    );
}
