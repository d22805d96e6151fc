/** How a value of a view is to be shown. */
export type CellFormat = 'text' | 'number' | 'date' | 'link' | 'boolean' | 'image' | 'array' | 'object';

/** One way of looking at the items of a dataset, as its schema gives it. */
export interface DatasetView {
    readonly name: string;
    readonly title: string;
    readonly description: string;
    /** Fields in the order in which they are shown; empty for that of the items. */
    readonly fields: readonly string[];
    /** What is known of a field. */
    readonly properties: Readonly<Record<string, { readonly label?: string; readonly format?: CellFormat }>>;
}

const FORMATS: readonly CellFormat[] = ['text', 'number', 'date', 'link', 'boolean', 'image', 'array', 'object'];

/** The views of a dataset's schema; none for a schema that is none. */
export function viewsOf(schema: unknown): DatasetView[] {
    return Object.entries(objectAt(schema, 'views')).map(([name, view]) => {
        const properties = objectAt(objectAt(view, 'display'), 'properties');
        return {
            name,
            title: textAt(view, 'title') ?? name,
            description: textAt(view, 'description') ?? '',
            fields: fieldsOf(view, properties),
            properties: Object.fromEntries(
                Object.entries(properties).map(([field, given]) => [field, readProperty(given)]),
            ),
        };
    });
}

function fieldsOf(view: unknown, properties: Record<string, unknown>): string[] {
    const fields = objectAt(view, 'transformation')['fields'];
    const texts = Array.isArray(fields) ? fields.filter((field): field is string => typeof field === 'string') : [];
    return texts.length > 0 ? texts : Object.keys(properties);
}

function readProperty(given: unknown): DatasetView['properties'][string] {
    const label = textAt(given, 'label');
    const format = FORMATS.find((known) => known === textAt(given, 'format'));
    return { ...(label !== undefined && { label }), ...(format !== undefined && { format }) };
}

function textAt(value: unknown, key: string): string | undefined {
    const text = isObject(value) ? value[key] : undefined;
    return typeof text === 'string' && text !== '' ? text : undefined;
}

function objectAt(value: unknown, key: string): Record<string, unknown> {
    const inner = isObject(value) ? value[key] : undefined;
    return isObject(inner) ? inner : {};
}

function isObject(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null && !Array.isArray(value);
}
