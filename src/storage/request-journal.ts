/*
 * The lines of a queue's journal. Each is a JSON array that starts with the id of a request:
 *
 *     ["id",7,{…}]      the request is as given and waits in place 7
 *     ["id",null,{…}]   the request is as given and handled
 *     ["id",7]          the request waits in place 7 now
 *     ["id"]            the request is gone
 *
 * The request itself is put in and taken out as text: reading a journal parses none of them.
 */

const LINE = /^\["([A-Za-z0-9]{1,15})"(?:,(-?\d+|null)(?:,(\{.*\}))?)?\]$/s;

/** What a line says; `place` is null when handled, and absent together with `text` when the request is gone. */
export interface JournalLine {
    id: string;
    place?: number | null;
    text?: string;
}

/** A new or changed request; `place` null means handled. */
export function requestLine(id: string, place: number | null, text: string): string {
    return `["${id}",${place},${text}]`;
}

/** A request that waits elsewhere now. */
export function moveLine(id: string, place: number): string {
    return `["${id}",${place}]`;
}

/** A request that is gone. */
export function removalLine(id: string): string {
    return `["${id}"]`;
}

/** Reads a line, or returns undefined for what is none. */
export function readLine(line: string): JournalLine | undefined {
    const match = LINE.exec(line);
    if (match === null) return undefined;
    const [, id = '', place, text] = match;
    return { id, place: place === undefined ? undefined : place === 'null' ? null : Number(place), text };
}
