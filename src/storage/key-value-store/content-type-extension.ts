import mime from 'mime';

/** Returns the file extension of a content type, without the dot; `bin` if the type is unknown. */
export function extensionForType(contentType: string): string {
    return mime.getExtension(contentType) || 'bin';
}

/** Returns true if an extension is valid for a content type: `jpeg` as well as `jpg`. */
export function isExtensionForType(contentType: string, extension: string): boolean {
    return mime.getAllExtensions(contentType)?.has(extension) ?? extension === 'bin';
}

/** Content types whose files are in UTF-8. */
const UTF_8 = /^(?:text\/|application\/(?:json|javascript|manifest\+json)$)/;

/** Returns the content type of a file by its extension; undefined if the extension is unknown. */
export function typeForFile(name: string): string | undefined {
    const type = name.includes('.') ? mime.getType(name) : null;
    if (type === null) return undefined;
    return UTF_8.test(type) ? `${type}; charset=utf-8` : type;
}
