/** Whether a Content-Type is JSON in the sense that its text must parse. */
export function isJsonType(contentType: string): boolean {
    return contentType.includes('application/json');
}
