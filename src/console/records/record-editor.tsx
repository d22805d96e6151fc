import { apiAnswer } from '../api/api.js';
import { Button } from '../parts/button.js';
import { CodeEditor } from '../parts/code-editor.js';
import { Dialog } from '../parts/dialog.js';
import { parseJson } from '../parts/parse-json.js';
import { showDone } from '../state/toasts.js';
import { useId, useState, type JSX } from '../preact.js';
import { recordPath, type RecordContents } from './read-record.js';
import { recordKind } from './record-kind.js';

const TYPES = [
    'application/json; charset=utf-8',
    'text/plain; charset=utf-8',
    'text/html; charset=utf-8',
    'text/csv; charset=utf-8',
    'application/xml; charset=utf-8',
] as const;
/** As the platform has them. */
const KEY = /^[a-zA-Z0-9!\-_.'()]{1,256}$/;

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
}): JSX.Element {
    const [key, setKey] = useState(before?.key ?? '');
    const [type, setType] = useState<string>(before?.contentType ?? TYPES[0]);
    const [text, setText] = useState(before?.text ?? '');
    const [file, setFile] = useState<File>();
    const id = useId();
    const types = TYPES.some((known) => known === type) ? TYPES : [type, ...TYPES];
    const parsed = file === undefined && recordKind(type) === 'json' ? parseJson(text) : undefined;
    const keyTrouble = key === '' || KEY.test(key) ? undefined : "A key has 1 to 256 letters, digits and !-_.'() only.";
    const jsonTrouble = parsed?.ok === false && text !== '' ? parsed : undefined;
    const isReady = KEY.test(key) && (parsed === undefined || parsed.ok);
    const save = async (): Promise<void> => {
        const headers = { 'content-type': file === undefined ? type : file.type || 'application/octet-stream' };
        await apiAnswer(recordPath(storeId, key), { method: 'PUT', body: file ?? text, headers });
        showDone(`The record “${key}” is stored.`);
        onSaved(key);
    };
    return (
        <Dialog
            title={before === undefined ? 'New record' : `Edit ${before.key}`}
            isWide
            onClose={onClose}
            actions={
                <>
                    <Button onPress={onClose}>Cancel</Button>
                    <Button kind="primary" isDisabled={!isReady} onPress={save}>
                        Save
                    </Button>
                </>
            }
        >
            {before === undefined && (
                <div class="field">
                    <label for={`${id}-key`}>Key</label>
                    <input
                        id={`${id}-key`}
                        value={key}
                        autocomplete="off"
                        spellcheck={false}
                        aria-invalid={keyTrouble !== undefined}
                        aria-describedby={`${id}-key-trouble`}
                        onInput={({ currentTarget }) => setKey(currentTarget.value)}
                    />
                    <p class="field-trouble" id={`${id}-key-trouble`}>
                        {keyTrouble}
                    </p>
                </div>
            )}
            {before === undefined && (
                <div class="field">
                    <label for={`${id}-file`}>File, in place of a text</label>
                    <input id={`${id}-file`} type="file" onChange={({ currentTarget }) => setFile(currentTarget.files?.[0])} />
                </div>
            )}
            {file === undefined && (
                <>
                    <div class="field">
                        <label for={`${id}-type`}>Type</label>
                        <select id={`${id}-type`} value={type} onChange={({ currentTarget }) => setType(currentTarget.value)}>
                            {types.map((known) => (
                                <option key={known} value={known}>
                                    {known.split(';', 1)[0]}
                                </option>
                            ))}
                        </select>
                    </div>
                    <CodeEditor
                        label="Value"
                        value={text}
                        onChange={setText}
                        errorLine={jsonTrouble?.line}
                        describedBy={`${id}-trouble`}
                        leastRows={12}
                    />
                    <p class="field-trouble" id={`${id}-trouble`} role="alert">
                        {jsonTrouble && `Line ${jsonTrouble.line}, column ${jsonTrouble.column}: ${jsonTrouble.message}`}
                    </p>
                </>
            )}
        </Dialog>
    );
}
