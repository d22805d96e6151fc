import { useState, type JSX } from '../../preact.js';
import { Button } from '../../parts/button.js';
import { CodeEditor } from '../../parts/code-editor.js';
import { elementProps, typed, type ControlProps } from '../control-props.js';
import { placeholderOf } from '../placeholder.js';

/** For one line of text. */
export function TextControl(props: ControlProps): JSX.Element {
    const { schema, value, onChange } = props;
    const [isShown, show] = useState(false);
    const isSecret = schema.isSecret === true;
    const field = (
        <input
            {...elementProps(props)}
            {...typed(isSecret && !isShown ? 'password' : 'text')}
            autocomplete="off"
            value={textOf(value)}
            placeholder={placeholderOf(schema)}
            onInput={({ currentTarget }) => onChange(currentTarget.value || undefined)}
        />
    );
    if (!isSecret) return field;
    return (
        <div class="joined">
            {field}
            <Button isPressed={isShown} onPress={() => show(!isShown)}>
                {isShown ? 'Hide' : 'Show'}
            </Button>
        </div>
    );
}

const MOST_ROWS = 12;

/** For a text of several lines. A secret one is hidden as one of a single line is. */
export function AreaControl(props: ControlProps): JSX.Element {
    const { schema, value, onChange } = props;
    if (schema.isSecret === true) return <TextControl {...props} />;
    const text = textOf(value);
    return (
        <textarea
            {...elementProps(props)}
            rows={Math.min(MOST_ROWS, Math.max(3, text.split('\n').length))}
            value={text}
            placeholder={placeholderOf(schema)}
            onInput={({ currentTarget }) => onChange(currentTarget.value || undefined)}
        />
    );
}

/** For code. */
export function CodeControl(props: ControlProps): JSX.Element {
    const { id, schema, value, onChange, label, describedBy } = props;
    return (
        <CodeEditor
            id={id}
            value={textOf(value)}
            label={label}
            describedBy={describedBy}
            placeholder={placeholderOf(schema)}
            onChange={(text) => onChange(text === '' ? undefined : text)}
        />
    );
}

function textOf(value: unknown): string {
    return typeof value === 'string' ? value : '';
}
