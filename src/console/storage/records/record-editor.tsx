import { useId, useState } from 'preact/hooks';
import { apiAnswer } from '../../api/api.js';
import { showDone } from '../../state/toasts.js';
import { FormDialog } from '../../ui/button.js';
import { CodeField, SelectField, TextField } from '../../ui/fields.js';
import { parseJson } from '../../ui/parse-json.js';
import { type RecordContents, recordPath } from './read-record.js';
import { recordKind } from './record.js';

const TYPES = [
    'application/json; charset=utf-8',
    'text/plain; charset=utf-8',
    'text/html; charset=utf-8',
    'text/csv; charset=utf-8',
    'application/xml; charset=utf-8',
] as const;
/** As the platform has them. */
const KEY = /^[a-zA-Z0-9!\-_.'()]{1,256}$/;

/** A record to be stored: a text of a type, or a file. */
interface Draft {
    readonly key: string;
    readonly type: string;
    readonly text: string;
    readonly file: File | undefined;
}

interface EditorProps {
    readonly storeId: string;
    /** The record that is changed; missing for a new one. */
    readonly before?: RecordContents;
    readonly onSaved: (key: string) => void;
    readonly onClose: () => void;
}

/** Writes a record: a new one, from a text or a file, or another text for an existing one. */
export function RecordEditor({ storeId, before, onSaved, onClose }: EditorProps) {
    const [draft, setDraft] = useState(() => draftOf(before));
    const change = (changed: Partial<Draft>): void => setDraft((earlier) => ({ ...earlier, ...changed }));
    const { key, type, text, file } = draft;
    const types = [...new Set([type, ...TYPES])];
    const parsed = recordKind(type) === 'json' ? parseJson(text) : undefined;
    const save = async (): Promise<void> => {
        const headers = { 'content-type': file === undefined ? type : file.type || 'application/octet-stream' };
        await apiAnswer(recordPath(storeId, key), { method: 'PUT', body: file ?? text, headers });
        showDone(`Record “${key}” saved.`);
        onSaved(key);
    };
    return (
        <FormDialog
            title={before === undefined ? 'New record' : `Edit ${before.key}`}
            verb="Save"
            isWide
            isReady={KEY.test(key) && (file !== undefined || parsed?.ok !== false)}
            onSubmit={save}
            onClose={onClose}
        >
            {before === undefined && <NewRecord draft={draft} onChange={change} />}
            {file === undefined && (
                <>
                    <SelectField
                        label="Type"
                        value={type}
                        options={types.map((known) => [known, known.split(';', 1)[0]!])}
                        onChange={(chosen) => change({ type: chosen })}
                    />
                    <CodeField
                        label="Value"
                        value={text}
                        parsed={parsed}
                        leastRows={12}
                        onChange={(changed) => change({ text: changed })}
                    />
                </>
            )}
        </FormDialog>
    );
}

function NewRecord({ draft: { key }, onChange }: { draft: Draft; onChange: (changed: Partial<Draft>) => void }) {
    const id = useId();
    const isRight = key === '' || KEY.test(key);
    return (
        <>
            <TextField
                label="Key"
                value={key}
                trouble={isRight ? undefined : "A key has 1 to 256 letters, digits and !-_.'() only."}
                onChange={(text) => onChange({ key: text })}
            />
            <div class="field">
                <label for={id}>File, instead of a text</label>
                <input
                    id={id}
                    type="file"
                    onChange={({ currentTarget }) => {
                        const file = currentTarget.files?.[0];
                        onChange({ file, ...(key === '' && file && { key: file.name.replace(/[^\w!\-.'()]/g, '-') }) });
                    }}
                />
            </div>
        </>
    );
}

function draftOf(before: RecordContents | undefined): Draft {
    if (before === undefined) return { key: '', type: TYPES[0], text: '', file: undefined };
    const { key, contentType, kind, text = '' } = before;
    const parsed = kind === 'json' ? parseJson(text) : undefined;
    return { key, type: contentType, text: parsed?.ok ? JSON.stringify(parsed.value, null, 4) : text, file: undefined };
}
