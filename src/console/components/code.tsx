import { useMemo, useRef, useState } from 'preact/hooks';
import type { TargetedKeyboardEvent } from 'preact';

const INDENT = '    ';
const MIN_ROWS = 6;
const MAX_ROWS = 30;

/**
 * A field for code or JSON, with line numbers. Tab indents; after Escape, Tab moves the focus.
 *
 * @param errorLine - The line with an error, from 1.
 */
export function CodeEditor(props: {
    value: string;
    onChange?: (value: string) => void;
    label?: string | undefined;
    id?: string;
    errorLine?: number | undefined;
    describedBy?: string | undefined;
    isReadOnly?: boolean;
    placeholder?: string | undefined;
    minRows?: number | undefined;
}) {
    const { value, onChange, errorLine, isReadOnly = false, minRows = MIN_ROWS } = props;
    const isLeaving = useRef(false);
    const lineCount = useMemo(() => value.split('\n').length, [value]);
    const rows = Math.min(Math.max(lineCount, minRows), MAX_ROWS);
    const gutter = useRef<HTMLDivElement>(null);
    const press = (event: TargetedKeyboardEvent<HTMLTextAreaElement>): void => {
        if (event.key === 'Escape') isLeaving.current = true;
        if (event.key !== 'Tab' || isLeaving.current || event.shiftKey || isReadOnly) return;
        event.preventDefault();
        const field = event.currentTarget;
        field.setRangeText(INDENT, field.selectionStart, field.selectionEnd, 'end');
        onChange?.(field.value);
    };
    return (
        <div class={errorLine === undefined ? 'code-editor' : 'code-editor invalid'}>
            <div class="code-gutter" aria-hidden="true" ref={gutter}>
                {Array.from({ length: lineCount }, (_, index) => (
                    <span key={index} class={index + 1 === errorLine ? 'wrong' : undefined}>
                        {index + 1}
                    </span>
                ))}
            </div>
            <textarea
                id={props.id}
                value={value}
                rows={rows}
                readOnly={isReadOnly}
                placeholder={props.placeholder}
                aria-label={props.label}
                aria-invalid={errorLine !== undefined}
                aria-describedby={props.describedBy}
                spellcheck={false}
                autocapitalize="off"
                autocomplete="off"
                wrap="off"
                onInput={({ currentTarget }) => onChange?.(currentTarget.value)}
                onFocus={() => (isLeaving.current = false)}
                onKeyDown={press}
                onScroll={({ currentTarget }) => {
                    if (gutter.current) gutter.current.scrollTop = currentTarget.scrollTop;
                }}
            />
        </div>
    );
}

/** Number of entries of an object or array that are shown at first. */
const MAX_ENTRIES = 100;
const OPEN_DEPTH = 2;

/** A value as a collapsible tree. All of it is rendered as text, so untrusted values are safe. */
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

export function JsonTree({ value }: { value: unknown }) {
    return (
        <div class="json">
            <JsonView value={value} />
        </div>
    );
}

function Branch({ value, depth }: { value: object; depth: number }) {
    const [isOpen, setOpen] = useState(depth < OPEN_DEPTH);
    const [most, setMost] = useState(MAX_ENTRIES);
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
                            <button type="button" class="json-more" onClick={() => setMost(most + MAX_ENTRIES * 10)}>
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
