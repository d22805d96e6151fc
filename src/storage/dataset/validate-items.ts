import { isJsonObject } from '../../util/json/json.js';
import { EngineError } from '../../errors/engine-error.js';
import type { SchemaCheck, SchemaError } from '../../util/json/ajv.js';
import { validateWithTimeout, compileValidator } from '../json-schema.js';

/** An item that does not match the schema of the dataset. */
interface InvalidItem {
    /** Its position in the push, from 0. */
    itemPosition: number;
    validationErrors: readonly SchemaError[];
}

/** Maximum number of problems in the message; the details of the error have all. */
const MAX_LISTED = 3;

/**
 * Compiles the validator of a dataset's items, if its schema describes them in `fields`.
 *
 * @throws InvalidSchemaError if `fields` is not a valid JSON Schema.
 */
export function compileItemValidator(schema: unknown): SchemaCheck | undefined {
    const fields = isJsonObject(schema) && Object.hasOwn(schema, 'fields') ? schema['fields'] : undefined;
    // Templates have an empty object, which means the same.
    if (fields === undefined || fields === null || (isJsonObject(fields) && Object.keys(fields).length === 0))
        return undefined;
    return compileValidator('fields', fields);
}

/**
 * Throws if items do not match the schema of their dataset.
 *
 * @param jsonTexts - The JSON text of each item.
 * @throws EngineError `schema-validation-error`, with `invalidItems` as in the API.
 */
export function validateItems(validate: SchemaCheck, jsonTexts: readonly string[]): void {
    const invalidItems = findInvalid(validate, jsonTexts);
    if (invalidItems.length === 0) return;
    throw new EngineError('schema-validation-error', describe(invalidItems), { details: { invalidItems } });
}

function findInvalid(validate: SchemaCheck, jsonTexts: readonly string[]): InvalidItem[] {
    let position = 0;
    const validateNext = (text: string, itemPosition: number): InvalidItem[] => {
        position = itemPosition;
        const validationErrors = validate(JSON.parse(text));
        return validationErrors.length === 0 ? [] : [{ itemPosition, validationErrors }];
    };
    return validateWithTimeout(
        () => jsonTexts.flatMap(validateNext),
        (reason) => [
            `${reason}, and stopped at item ${position}. ` +
                'Nothing of the push was stored. Simplify the dataset schema, or push shorter texts or fewer items at once.',
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
    const listed = problems.slice(0, MAX_LISTED).join('; ');
    const more = rest > 0 ? `, and ${rest} more` : '';
    return (
        `Schema validation failed: ${listed}${more}. Nothing of the push was stored. ` +
        'Push items that match the `fields` of the dataset schema, or change the schema.'
    );
}
