import { useState } from 'preact/hooks';

/** So many entries of an object or array are shown at once. */
const MOST_ENTRIES = 100;
const OPEN_DEPTH = 2;

/** A value as a tree that can be folded. All of it is text: nothing in it can become a part of the page. */
export function JsonView({ value, depth = 0 }: { value: unknown; depth?: number }) {
    if (value === null) return <span class="json-null">null</span>;
    switch (typeof value) {
        case 'object':
            return <Branch value={value} depth={depth} />;
        case 'string':
            return <span class="json-string">{JSON.stringify(value)}</span>;
        case 'number':
            return <span class="json-number">{value}</span>;
        default:
            return <span class="json-null">{String(value)}</span>;
    }
}

function Branch({ value, depth }: { value: object; depth: number }) {
    const [isOpen, setOpen] = useState(depth < OPEN_DEPTH);
    const [most, setMost] = useState(MOST_ENTRIES);
    const isList = Array.isArray(value);
    const entries = Object.entries(value);
    const [start, end] = isList ? '[]' : '{}';
    if (entries.length === 0) return <span class="json-mark">{`${start}${end}`}</span>;
    const one = isList ? 'item' : 'key';
    const summary = `${entries.length} ${entries.length === 1 ? one : `${one}s`}`;
    return (
        <span class="json-branch">
            <button type="button" class="json-fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
                {start}
                {!isOpen && <span class="faint">{` ${summary} ${end}`}</span>}
            </button>
            {isOpen && (
                <>
                    <span class="json-entries">
                        {entries.slice(0, most).map(([key, entry]) => (
                            <span class="json-entry" key={key}>
                                {!isList && <span class="json-key">{JSON.stringify(key)}: </span>}
                                <JsonView value={entry} depth={depth + 1} />
                            </span>
                        ))}
                        {entries.length > most && (
                            <button type="button" class="json-more" onClick={() => setMost(most + MOST_ENTRIES * 10)}>
                                {`${entries.length - most} more`}
                            </button>
                        )}
                    </span>
                    <span class="json-mark">{end}</span>
                </>
            )}
        </span>
    );
}
