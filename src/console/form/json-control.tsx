import { useEffect, useRef, useState } from 'preact/hooks';
import { CodeEditor } from '../ui/code.js';
import { parseJson, prettyJson } from '../ui/parse-json.js';
import { placeholderOf } from './schema.js';
import type { ControlProps } from './controls.js';

/** For any value, as JSON. Invalid JSON stays in the field, and the input has the last valid value. */
export function JsonControl({ id, schema, value, onChange, label, describedBy }: ControlProps) {
    const [text, setText] = useState(() => prettyJson(value));
    const given = useRef(value);
    useEffect(() => {
        const isOfOthers = JSON.stringify(value) !== JSON.stringify(given.current);
        if (isOfOthers) setText(prettyJson(value));
        given.current = value;
    }, [value]);
    const read = (json: string) => (json.trim() === '' ? undefined : parseJson(json));
    const parsed = read(text);
    const trouble = parsed?.ok === false ? parsed : undefined;
    const change = (next: string): void => {
        setText(next);
        const result = read(next);
        if (result?.ok === false) return;
        given.current = result?.value;
        onChange(result?.value);
    };
    return (
        <>
            <CodeEditor
                {...{ id, label, describedBy }}
                value={text}
                errorLine={trouble?.line}
                placeholder={placeholderOf(schema)}
                leastRows={4}
                onChange={change}
            />
            {trouble && (
                <p class="field-trouble" role="alert">
                    {`${trouble.trouble}. The last valid value is used until this is fixed.`}
                </p>
            )}
        </>
    );
}
