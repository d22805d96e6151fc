import { useEffect, useMemo, useRef, useState } from '../preact.js';
import { CursorList, type CursorListParts } from './cursor-list.js';

/**
 * A list that is read from its beginning on, for as long as the component is there.
 *
 * @param key - Says what is listed: under another one it begins anew.
 * @param version - Another one when there may be others in it: it is read anew, and what was there stays until then.
 */
export function useCursorList<Item>(
    key: string,
    version: number,
    parts: Omit<CursorListParts<Item>, 'onChange'>,
): CursorList<Item> {
    const [, draw] = useState(0);
    const before = useRef<{ key: string; list: CursorList<Item> } | undefined>(undefined);
    const list = useMemo(
        () => new CursorList<Item>({ ...parts, onChange: () => draw((count) => count + 1) }),
        [key, version],
    );
    useEffect(() => {
        list.ensure(Math.max(before.current?.key === key ? before.current.list.items.length : 0, 1));
        return () => list.close();
    }, [list]);
    const isThere = list.readCount > 0 || list.isWhole || list.error !== undefined;
    if (isThere || before.current?.key !== key) before.current = { key, list };
    return before.current.list;
}
