import JSON5 from 'json5';

/** Converts JSON5, which Crawlee reads too, to JSON. Returns JSON unchanged, and undefined for text that is neither. */
export function fromJson5(text: string): string | undefined {
    try {
        JSON.parse(text);
        return text;
    } catch {
        try {
            return JSON.stringify(JSON5.parse(text), null, 2);
        } catch {
            return undefined;
        }
    }
}
