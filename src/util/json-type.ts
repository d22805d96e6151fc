/** The type of what the engine writes as JSON by itself. */
export const JSON_TYPE = 'application/json; charset=utf-8';

/** Whether a Content-Type is JSON in the sense that its text must parse. */
export function isJsonType(contentType: string): boolean {
    return contentType.includes('application/json');
}
