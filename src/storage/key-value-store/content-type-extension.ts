import mime from 'mime';

/** The extension of files of a content type, without its dot; `bin` if the type is unknown. */
export function extensionForType(contentType: string): string {
    return mime.getExtension(contentType) || 'bin';
}

/** Whether files of a content type may have an extension: `jpeg` is as good as `jpg`. */
export function isExtensionForType(contentType: string, extension: string): boolean {
    return mime.getAllExtensions(contentType)?.has(extension) ?? extension === 'bin';
}

/** Types besides those of text whose files are in UTF-8. */
const UTF_8 = /^(?:text\/|application\/(?:json|javascript|manifest\+json)$)/;

/** The content type of a file, by its extension; undefined where that says nothing. */
export function typeForFile(name: string): string | undefined {
    const type = name.includes('.') ? mime.getType(name) : null;
    if (type === null) return undefined;
    return UTF_8.test(type) ? `${type}; charset=utf-8` : type;
}
