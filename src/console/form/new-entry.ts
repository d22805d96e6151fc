import type { FieldSchema } from './schema.js';

/** What a list gets as another entry: there is no such thing in JSON as an entry without a value. */
export function newEntry({ type, prefill, properties = {} }: FieldSchema): unknown {
    if (prefill !== undefined) return prefill;
    switch (type) {
        case 'object': {
            const prefilled = Object.entries(properties).filter(([, field]) => field.prefill !== undefined);
            return Object.fromEntries(prefilled.map(([name, field]) => [name, field.prefill]));
        }
        case 'array':
            return [];
        case 'integer':
        case 'number':
            return 0;
        case 'boolean':
            return false;
        default:
            return '';
    }
}
