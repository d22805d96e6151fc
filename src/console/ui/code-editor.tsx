import type { TargetedKeyboardEvent } from 'preact';
import { useMemo, useRef } from 'preact/hooks';

const INDENT = '    ';
const LEAST_ROWS = 6;
const MOST_ROWS = 30;

/**
 * A field for code or JSON, with the numbers of its lines. Tab indents; after Escape, Tab leaves it.
 *
 * @param errorLine - The line where something is wrong, from 1.
 */
export function CodeEditor({
    value,
    onChange,
    label,
    id,
    errorLine,
    describedBy,
    isReadOnly = false,
    placeholder,
    leastRows = LEAST_ROWS,
}: {
    value: string;
    onChange?: (value: string) => void;
    label?: string | undefined;
    id?: string;
    errorLine?: number | undefined;
    describedBy?: string | undefined;
    isReadOnly?: boolean;
    placeholder?: string | undefined;
    leastRows?: number;
}) {
    const isLeaving = useRef(false);
    const lineCount = useMemo(() => value.split('\n').length, [value]);
    const rows = Math.min(Math.max(lineCount, leastRows), MOST_ROWS);
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
                id={id}
                value={value}
                rows={rows}
                readOnly={isReadOnly}
                placeholder={placeholder}
                aria-label={label}
                aria-invalid={errorLine !== undefined}
                aria-describedby={describedBy}
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
