import type { FieldSchema } from './schema.js';

const MOST_CHARS = 300;

/** What stands in an empty field: what counts if it stays empty, or an example. */
export function placeholderOf({ default: fallback, example }: FieldSchema): string | undefined {
    if (fallback !== undefined && fallback !== null && fallback !== '') return shortText(fallback);
    return example === undefined ? undefined : `For example: ${shortText(example)}`;
}

/** A value in a few words. */
export function shortText(value: unknown): string {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > MOST_CHARS ? `${text.slice(0, MOST_CHARS)}…` : text;
}
