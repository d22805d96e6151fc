import { useEffect, useRef, useState } from 'preact/hooks';
import { placeholderOf } from './schema.js';
import type { ControlProps } from './simple-controls.js';
import { CodeEditor } from '../ui/code-editor.js';
import { parseJson } from '../ui/parse-json.js';

/** For any value, as JSON. What is no JSON yet is kept in the field, and not in the input. */
export function JsonControl({ id, schema, value, onChange, label, describedBy }: ControlProps) {
    const [text, setText] = useState(() => textOf(value));
    const given = useRef(value);
    useEffect(() => {
        // Changed by somebody else.
        if (JSON.stringify(value) !== JSON.stringify(given.current)) setText(textOf(value));
        given.current = value;
    }, [value]);
    const parsed = text.trim() === '' ? undefined : parseJson(text);
    const trouble = parsed?.ok === false ? parsed : undefined;
    const change = (next: string): void => {
        setText(next);
        const result = next.trim() === '' ? undefined : parseJson(next);
        if (result?.ok === false) return;
        given.current = result?.value;
        onChange(result?.value);
    };
    return (
        <>
            <CodeEditor
                id={id}
                value={text}
                label={label}
                describedBy={describedBy}
                errorLine={trouble?.line}
                placeholder={placeholderOf(schema)}
                leastRows={4}
                onChange={change}
            />
            {trouble && (
                <p class="field-trouble" role="alert">
                    Line {trouble.line}, column {trouble.column}: {trouble.message}. Until it is right, the input has
                    what was here before.
                </p>
            )}
        </>
    );
}

function textOf(value: unknown): string {
    return value === undefined ? '' : JSON.stringify(value, null, 4);
}
