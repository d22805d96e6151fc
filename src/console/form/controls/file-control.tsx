import { uploadFile } from '../upload.js';
import { Rows } from './rows.js';
import { elementProps, type ControlProps } from '../control-props.js';
import { placeholderOf } from '../placeholder.js';
import { showTrouble } from '../../state/toasts.js';
import { useState, type JSX } from '../../preact.js';

/** For a file, or several: the input gets their URLs, which can also be given as such. */
export function FileControl(props: ControlProps): JSX.Element {
    const { schema, value, onChange, label } = props;
    if (schema.type !== 'array') {
        return <OneFile {...props} onChange={(text) => onChange(text === '' ? undefined : text)} />;
    }
    return (
        <Rows
            values={Array.isArray(value) ? (value as unknown[]) : []}
            onChange={onChange}
            newRow={() => ''}
            addText="Add a file"
            most={schema.maxItems}
            label={label}
        >
            {(item, index, change) => <OneFile {...props} id={`${props.id}-${index}`} value={item} onChange={change} />}
        </Rows>
    );
}

function OneFile(props: ControlProps): JSX.Element {
    const { schema, value, onChange, label } = props;
    const [isBusy, setBusy] = useState(false);
    const take = async (field: HTMLInputElement): Promise<void> => {
        const [file] = field.files ?? [];
        if (file === undefined) return;
        setBusy(true);
        await uploadFile(file).then(onChange, showTrouble);
        setBusy(false);
        field.value = '';
    };
    return (
        <div class="joined">
            <input
                {...elementProps(props)}
                type="url"
                aria-label={`${label}: URL`}
                value={typeof value === 'string' ? value : ''}
                placeholder={placeholderOf(schema) ?? 'URL of a file'}
                onInput={({ currentTarget }) => onChange(currentTarget.value)}
            />
            <label class="button" aria-busy={isBusy}>
                {isBusy ? 'Uploading…' : 'Upload'}
                <input
                    type="file"
                    class="hidden-file"
                    aria-label={`${label}: upload a file`}
                    onChange={({ currentTarget }) => void take(currentTarget)}
                />
            </label>
        </div>
    );
}
