import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import type { ConsoleEvent, Listed } from './json.js';
import { useReload } from './use-resource.js';

/** A long list, read in pieces as they are seen. */
export interface PagedList<Row> {
    /** Undefined until the first piece is there. */
    readonly total: number | undefined;
    readonly error: unknown;
    readonly rowAt: (index: number) => Row | undefined;
    /** Reads what is not there yet of these rows. */
    readonly need: (first: number, end: number) => void;
    /** Reads anew what is seen. */
    readonly reload: () => void;
}

const PIECE = 100;

interface Pieces<Row> {
    readonly key: string;
    readonly rows: Map<number, readonly Row[]>;
    readonly total: number | undefined;
    readonly error: unknown;
}

/**
 * Reads a list of any length in pieces of 100, those that are seen; anew when the key changes, when an event says so, and after the
 * connection was lost.
 *
 * @param key - Says what is listed; under another one nothing is shown of what was there before.
 * @param read - Reads so many rows from there on.
 */
export function usePages<Row>(
    key: string,
    read: (offset: number, limit: number) => Promise<Listed<Row>>,
    reloadOn?: (event: ConsoleEvent) => boolean,
): PagedList<Row> {
    const [pieces, setPieces] = useState<Pieces<Row>>(() => nothing(key));
    const latest = useRef({ read, key });
    latest.current = { read, key };
    const asked = useRef(new Set<number>());
    const seen = useRef({ first: 0, end: PIECE });

    const readings = useRef({ asked: 0, shown: 0 });

    const readPiece = useCallback((piece: number, mode: 'add' | 'begin'): void => {
        const { key: askedKey, read: ask } = latest.current;
        const reading = readings.current.asked;
        asked.current.add(piece);
        // Answers may overtake each other.
        const isOutdated = (): boolean => latest.current.key !== askedKey || reading < readings.current.shown;
        ask(piece * PIECE, PIECE).then(
            ({ items, total }) => {
                if (isOutdated()) return;
                readings.current.shown = reading;
                setPieces((before) => withPiece(before, { key: askedKey, piece, items, total, mode }));
            },
            (error: unknown) => {
                asked.current.delete(piece);
                if (isOutdated()) return;
                setPieces((before) => ({ ...(before.key === askedKey ? before : nothing(askedKey)), error }));
            },
        );
    }, []);

    const need = useCallback((first: number, end: number): void => {
        seen.current = { first, end };
        for (const piece of piecesOf(first, end)) if (!asked.current.has(piece)) readPiece(piece, 'add');
    }, []);

    const reload = useCallback((): void => {
        asked.current.clear();
        readings.current.asked += 1;
        const { first, end } = seen.current;
        const [start = 0, ...others] = piecesOf(first, Math.max(end, first + 1));
        readPiece(start, 'begin');
        for (const piece of others) readPiece(piece, 'add');
    }, []);

    useEffect(() => {
        seen.current = { first: 0, end: PIECE };
        reload();
    }, [key]);
    useReload(reload, reloadOn);

    const current = pieces.key === key ? pieces : nothing<Row>(key);
    const rowAt = (index: number): Row | undefined => current.rows.get(Math.floor(index / PIECE))?.[index % PIECE];
    return { total: current.total, error: current.error, rowAt, need, reload };
}

function nothing<Row>(key: string): Pieces<Row> {
    return { key, rows: new Map(), total: undefined, error: undefined };
}

interface NewPiece<Row> {
    key: string;
    piece: number;
    items: readonly Row[];
    total: number;
    mode: 'add' | 'begin';
}

/** With the first piece of a reading, those go that are not seen: what they show may have moved. */
function withPiece<Row>(before: Pieces<Row>, { key, piece, items, total, mode }: NewPiece<Row>): Pieces<Row> {
    const rows = new Map(before.key === key && mode === 'add' ? before.rows : []);
    rows.set(piece, items);
    return { key, rows, total, error: undefined };
}

function piecesOf(first: number, end: number): number[] {
    const start = Math.floor(first / PIECE);
    const last = Math.floor(Math.max(first, end - 1) / PIECE);
    return Array.from({ length: last - start + 1 }, (_, at) => start + at);
}
