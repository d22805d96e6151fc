import mime from 'mime';

/** The extension of files of a content type, without its dot; `bin` if the type is unknown. */
export function extensionOf(contentType: string): string {
    return mime.getExtension(contentType) || 'bin';
}

/** Whether files of a content type may have an extension: `jpeg` is as good as `jpg`. */
export function isExtensionOf(contentType: string, extension: string): boolean {
    return mime.getAllExtensions(contentType)?.has(extension) ?? extension === 'bin';
}
