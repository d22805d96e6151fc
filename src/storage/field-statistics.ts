import type { DatasetStatistics, FieldStatistics, Item } from '../model/storage.js';

/** Counts the top-level fields of items, as the platform does for the fields of a dataset's schema. */
export function countFields(statistics: DatasetStatistics, items: readonly Item[]): void {
    for (const item of items) {
        for (const [name, value] of Object.entries(item)) count(fieldOf(statistics, name), value);
    }
}

function fieldOf({ fieldStatistics }: DatasetStatistics, name: string): FieldStatistics {
    const known = Object.hasOwn(fieldStatistics, name) ? fieldStatistics[name] : undefined;
    if (known !== undefined) return known;
    const field: FieldStatistics = { nullCount: 0, emptyCount: 0 };
    // Defined and not assigned, since a field may be called `__proto__`.
    Object.defineProperty(fieldStatistics, name, {
        value: field,
        enumerable: true,
        writable: true,
        configurable: true,
    });
    return field;
}

function count(field: FieldStatistics, value: unknown): void {
    if (value === null) field.nullCount += 1;
    else if (typeof value === 'number') {
        field.min = Math.min(field.min ?? value, value);
        field.max = Math.max(field.max ?? value, value);
    } else if (value === '' || (typeof value === 'object' && Object.keys(value).length === 0)) {
        field.emptyCount += 1;
    }
}
