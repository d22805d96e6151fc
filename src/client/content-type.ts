/** The parts of a Content-Type that say how bytes become a value. */
export interface MediaType {
    /** Lower case, without parameters. */
    type: string;
    charset?: string;
}

const TOKEN = "[!#$%&'*+.^_`|~0-9A-Za-z-]+";
const MEDIA_TYPE = new RegExp(`^${TOKEN}/${TOKEN}$`);
const PARAMETER = new RegExp(`; *(${TOKEN}) *= *("(?:[ !#-[\\]-~\\x80-\\xff]|\\\\[ -\\xff])*"|${TOKEN}) *`, 'y');

/** Reads a Content-Type, or returns undefined when it is malformed. */
export function parseContentType(contentType: string): MediaType | undefined {
    const semicolon = contentType.indexOf(';');
    const type = (semicolon === -1 ? contentType : contentType.slice(0, semicolon)).trim().toLowerCase();
    if (!MEDIA_TYPE.test(type)) return undefined;
    if (semicolon === -1) return { type };
    let charset: string | undefined;
    PARAMETER.lastIndex = semicolon;
    let end = semicolon;
    for (let match = PARAMETER.exec(contentType); match; match = PARAMETER.exec(contentType)) {
        if (match[1]!.toLowerCase() === 'charset') charset = unquote(match[2]!);
        end = PARAMETER.lastIndex;
    }
    return end === contentType.length ? { type, charset } : undefined;
}

function unquote(value: string): string {
    return value.startsWith('"') ? value.slice(1, -1).replace(/\\(.)/g, '$1') : value;
}
