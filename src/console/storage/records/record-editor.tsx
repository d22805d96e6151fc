import { apiAnswer } from '../../api/api.js';
import { showDone } from '../../state/toasts.js';
import { DraftDialog, type DraftField } from '../../ui/forms.js';
import { prettyText } from '../../ui/parse-json.js';
import { type RecordContents, recordPath } from './read-record.js';
import { recordKind } from './record.js';

const TYPES = [
    'application/json; charset=utf-8',
    'text/plain; charset=utf-8',
    'text/html; charset=utf-8',
    'text/csv; charset=utf-8',
    'application/xml; charset=utf-8',
];
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
    const save = async (draft: Draft): Promise<void> => {
        const { file, type, text } = draft;
        const key = keyOf(draft);
        const headers = { 'content-type': file === undefined ? type : file.type || 'application/octet-stream' };
        await apiAnswer(recordPath(storeId, key), { method: 'PUT', body: file ?? text, headers });
        showDone(`Record “${key}” saved.`);
        onSaved(key);
    };
    return (
        <DraftDialog
            title={before === undefined ? 'New record' : `Edit ${before.key}`}
            verb="Save"
            isWide
            begin={draftOf(before)}
            fields={(draft) => [...(before ? [] : newFields(draft)), ...(draft.file ? [] : textFields(draft))]}
            onSubmit={save}
            onClose={onClose}
        />
    );
}

function draftOf({ key = '', contentType = TYPES[0]!, kind, text = '' }: Partial<RecordContents> = {}): Draft {
    return { key, type: contentType, text: kind === 'json' ? prettyText(text) : text, file: undefined };
}

/** A file is stored under its name, unless another key is given. */
function keyOf({ key, file }: Draft): string {
    return key || (file?.name.replace(/[^\w!\-.'()]/g, '-') ?? '');
}

function newFields(draft: Draft): DraftField<Draft>[] {
    const check = (key: string): string | undefined =>
        KEY.test(keyOf({ ...draft, key })) ? undefined : "A key has 1 to 256 letters, digits and !-_.'() only.";
    return [
        { name: 'key', label: 'Key', placeholder: keyOf(draft), check },
        { name: 'file', kind: 'file', label: 'File, instead of a text' },
    ];
}

function textFields({ type }: Draft): DraftField<Draft>[] {
    const types = [...new Set([type, ...TYPES])];
    return [
        { name: 'type', label: 'Type', options: types.map((known) => [known, known.split(';', 1)[0]!]) },
        { name: 'text', kind: recordKind(type) === 'json' ? 'json' : 'code', label: 'Value', rows: 12 },
    ];
}
