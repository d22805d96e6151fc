import { useId, useState } from 'preact/hooks';
import { apiAnswer } from '../../api/api.js';
import { showDone } from '../../state/toasts.js';
import { recordPath, type RecordContents } from './read-record.js';
import { recordKind } from './record.js';
import { FormDialog } from '../../ui/dialog.js';
import { ChoiceField, CodeField, TextField } from '../../ui/fields.js';
import { parseJson } from '../../ui/parse-json.js';

const TYPES = [
    'application/json; charset=utf-8',
    'text/plain; charset=utf-8',
    'text/html; charset=utf-8',
    'text/csv; charset=utf-8',
    'application/xml; charset=utf-8',
] as const;
/** As the platform has them. */
const KEY = /^[a-zA-Z0-9!\-_.'()]{1,256}$/;

/** A record as it is to be stored: a text of a type, or a file. */
interface Draft {
    readonly key: string;
    readonly type: string;
    readonly text: string;
    readonly file: File | undefined;
}

/** Writes a record: a new one, from a text or a file, or another text for one that there is. */
export function RecordEditor({
    storeId,
    before,
    onClose,
    onSaved,
}: {
    storeId: string;
    /** The record that is changed; undefined for a new one. */
    before: RecordContents | undefined;
    onClose: () => void;
    onSaved: (key: string) => void;
}) {
    const [draft, setDraft] = useState(() => draftOf(before));
    const change = (changed: Partial<Draft>): void => setDraft((earlier) => ({ ...earlier, ...changed }));
    const save = async (): Promise<void> => {
        const { key, type, text, file } = draft;
        const headers = { 'content-type': file === undefined ? type : file.type || 'application/octet-stream' };
        await apiAnswer(recordPath(storeId, key), { method: 'PUT', body: file ?? text, headers });
        showDone(`The record “${key}” is stored.`);
        onSaved(key);
    };
    return (
        <FormDialog
            title={before === undefined ? 'New record' : `Edit ${before.key}`}
            verb="Save"
            isWide
            isReady={isReady(draft)}
            onSubmit={save}
            onClose={onClose}
        >
            {before === undefined && <NewRecord draft={draft} onChange={change} />}
            {draft.file === undefined && <RecordText draft={draft} onChange={change} />}
        </FormDialog>
    );
}

interface DraftProps {
    readonly draft: Draft;
    readonly onChange: (changed: Partial<Draft>) => void;
}

function NewRecord({ draft: { key }, onChange }: DraftProps) {
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
                <label for={id}>File, in place of a text</label>
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

function RecordText({ draft: { type, text }, onChange }: DraftProps) {
    const types = TYPES.some((known) => known === type) ? TYPES : [type, ...TYPES];
    return (
        <>
            <ChoiceField
                label="Type"
                value={type}
                choices={types.map((known) => [known, known.split(';', 1)[0]!])}
                onChange={(chosen) => onChange({ type: chosen })}
            />
            <CodeField
                label="Value"
                value={text}
                parsed={recordKind(type) === 'json' ? parseJson(text) : undefined}
                leastRows={12}
                onChange={(changed) => onChange({ text: changed })}
            />
        </>
    );
}

function draftOf(before: RecordContents | undefined): Draft {
    if (before === undefined) return { key: '', type: TYPES[0], text: '', file: undefined };
    const { key, contentType, kind, text = '' } = before;
    const parsed = kind === 'json' ? parseJson(text) : undefined;
    // As a person would have written it.
    return { key, type: contentType, text: parsed?.ok ? JSON.stringify(parsed.value, null, 4) : text, file: undefined };
}

function isReady({ key, type, text, file }: Draft): boolean {
    if (!KEY.test(key)) return false;
    return file !== undefined || recordKind(type) !== 'json' || parseJson(text).ok;
}
