/** Where two items of an array are the same, in the order in which ajv names them. */
export interface DuplicateItems {
    i: number;
    j: number;
}

/**
 * Finds two items of an array that are the same JSON, whatever the order of their fields, in one pass: to compare each with
 * each, as ajv does, takes minutes where there are many. Of several pairs it is the one that ajv would tell.
 *
 * @param arePlain - Whether the schema says that no item has anything inside. Ajv tells of such the other way round.
 */
export function findDuplicateItems(items: readonly unknown[], arePlain: boolean): DuplicateItems | undefined {
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
