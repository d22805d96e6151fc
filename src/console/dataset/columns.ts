import type { CellFormat, DatasetView } from './views.js';

/** A column of a table of items. */
export interface Column {
    readonly field: string;
    readonly label: string;
    readonly format?: CellFormat;
}

/** As many as somebody can look at; the others are a choice of fields away. */
const MOST_COLUMNS = 200;

/**
 * The columns that show these items: first the fields of the view, then those that the items have besides, in the order in
 * which they are met with.
 */
export function columnsOf(items: readonly unknown[], view?: DatasetView): Column[] {
    const fields = new Set(view?.fields);
    for (const item of items) if (isRecord(item)) for (const field of Object.keys(item)) fields.add(field);
    return [...fields].slice(0, MOST_COLUMNS).map((field) => {
        const property =
            view !== undefined && Object.hasOwn(view.properties, field) ? view.properties[field] : undefined;
        const { label = field, format } = property ?? {};
        return { field, label, ...(format !== undefined && { format }) };
    });
}

/** The value of a column; undefined where the item has none. */
export function valueAt(item: unknown, { field }: Column): unknown {
    return isRecord(item) && Object.hasOwn(item, field) ? item[field] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
    return typeof value === 'object' && value !== null;
}
