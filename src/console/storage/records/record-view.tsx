import { useMemo } from 'preact/hooks';
import { apiResponse, isNotFound } from '../../api/api.js';
import { useResource } from '../../api/use-resource.js';
import { DraftButton, type DraftField } from '../../form/draft-fields.js';
import { showSuccess } from '../../signals/toasts.js';
import { type ButtonProps, CopyButton } from '../../components/button.js';
import { JsonTree } from '../../components/code.js';
import { formatBytes } from '../../components/format.js';
import { ResourceView } from '../../components/page.js';
import { parseJson, prettyText } from '../../components/parse-json.js';
import { hasSecrets, redactSecrets, type LoadedRecord, readRecord, recordKind, recordPath } from './record.js';
import type { ComponentChildren } from 'preact';

interface RecordViewProps {
    readonly storeId: string;
    readonly recordKey: string;
    /** Default: its key. */
    readonly title?: string;
    /** Changes when the value may have changed. */
    readonly version?: number;
    /** Shown if the record does not exist. */
    readonly missing: ComponentChildren;
    /** Additional buttons. */
    readonly actions?: (record: LoadedRecord, reload: () => void) => ComponentChildren;
}

export function RecordView({ storeId, recordKey, title = recordKey, version, missing, actions }: RecordViewProps) {
    const record = useResource(
        `record ${storeId} ${recordKey}`,
        (signal) => readRecord(storeId, recordKey, signal),
        undefined,
        version,
    );
    if (isNotFound(record.error)) return <>{missing}</>;
    return (
        <section class="record" aria-label={title}>
            <ResourceView resource={record}>
                {(open) => (
                    <>
                        <header class="record-head">
                            <h3>{title}</h3>
                            <span class="faint">
                                {open.contentType.split(';', 1)[0]} · {formatBytes(open.size)}
                            </span>
                            <CopyRecord record={open} />
                            {actions?.(open, record.reload)}
                        </header>
                        <RecordPreview record={open} />
                    </>
                )}
            </ResourceView>
        </section>
    );
}

function CopyRecord({ record: { kind, text, isTruncated } }: { record: LoadedRecord }) {
    if (text === undefined || isTruncated) return <span class="spring" />;
    const parsed = kind === 'json' ? parseJson(text) : undefined;
    const isSecret = parsed?.ok === true && hasSecrets(parsed.value);
    return (
        <>
            {isSecret && <span class="faint">Secrets are stored encrypted and hidden.</span>}
            <span class="spring" />
            <CopyButton
                text={() => (isSecret ? JSON.stringify(redactSecrets(parsed.value), null, 2) : text)}
                label="Copy the record"
            />
        </>
    );
}

/** The contents of a record. Untrusted content never becomes part of this page, and its scripts do not run. */
function RecordPreview({ record }: { record: LoadedRecord }) {
    const { key, kind, text = '', isTruncated, path, contentType } = record;
    switch (kind) {
        case 'json':
            return isTruncated ? <TextPreview text={text} isTruncated /> : <JsonPreview text={text} />;
        case 'image':
            return <img class="record-image" src={path} alt={`Image ${key}`} />;
        case 'html':
            // Sandboxed without any permission: no script, no form, no access to the page around it.
            return <iframe class="record-html" sandbox="" src={path} title={`Page ${key}`} />;
        case 'audio':
            return <audio class="record-media" controls src={path} />;
        case 'video':
            return <video class="record-media" controls src={path} />;
        case 'text':
            return <TextPreview text={text} isTruncated={isTruncated} />;
        default:
            return (
                <p class="faint">
                    No preview for the type <code>{contentType}</code>. Download the record to open it in another
                    program.
                </p>
            );
    }
}

function JsonPreview({ text }: { text: string }) {
    const parsed = useMemo(() => parseJson(text), [text]);
    if (parsed.ok) return <JsonTree value={redactSecrets(parsed.value)} />;
    return (
        <>
            <p class="field-error" role="alert">
                {`Invalid JSON: ${parsed.message}.`}
            </p>
            <TextPreview text={text} isTruncated={false} />
        </>
    );
}

function TextPreview({ text, isTruncated }: { text: string; isTruncated: boolean }) {
    return (
        <>
            {isTruncated && <p class="faint">Truncated. Download for the full content.</p>}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- Makes it scrollable with the keyboard. */}
            <pre class="record-text" tabIndex={0}>
                {text}
            </pre>
        </>
    );
}

const TYPES = [
    'application/json; charset=utf-8',
    'text/plain; charset=utf-8',
    'text/html; charset=utf-8',
    'text/csv; charset=utf-8',
    'application/xml; charset=utf-8',
];
/** Keys that the platform permits. */
const KEY = /^[a-zA-Z0-9!\-_.'()]{1,256}$/;

interface Draft {
    readonly key: string;
    readonly type: string;
    readonly text: string;
    readonly file: File | undefined;
}

interface EditorProps {
    readonly storeId: string;
    /** Undefined for a new record. */
    readonly record?: LoadedRecord;
    readonly button: ButtonProps;
    readonly onSaved: (key: string) => void;
}

export function RecordEditor({ storeId, record, button, onSaved }: EditorProps) {
    const save = async (draft: Draft): Promise<void> => {
        const { file, type, text } = draft;
        const key = keyOf(draft);
        const headers = { 'content-type': file === undefined ? type : file.type || 'application/octet-stream' };
        await apiResponse(recordPath(storeId, key), { method: 'PUT', body: file ?? text, headers });
        showSuccess(`Record “${key}” ${record === undefined ? 'created' : 'saved'}.`);
        onSaved(key);
    };
    return (
        <DraftButton
            button={button}
            title={record === undefined ? 'New record' : `Edit ${record.key}`}
            verb={record === undefined ? 'Create record' : 'Save'}
            isWide
            initial={createDraft(record)}
            fields={(draft) => [...(record ? [] : [keyField(draft)]), ...(draft.file ? [] : textFields(draft))]}
            onSubmit={save}
        >
            {({ onChange }) =>
                record === undefined && (
                    <label class="field">
                        <span class="label">File (instead of text)</span>
                        <input
                            type="file"
                            onChange={({ currentTarget }) => onChange({ file: currentTarget.files?.[0] })}
                        />
                    </label>
                )
            }
        </DraftButton>
    );
}

function createDraft({ key = '', contentType = TYPES[0]!, kind, text = '' }: Partial<LoadedRecord> = {}): Draft {
    return { key, type: contentType, text: kind === 'json' ? prettyText(text) : text, file: undefined };
}

/** Returns the key; a file without a key is stored under its name. */
function keyOf({ key, file }: Draft): string {
    return key || (file?.name.replace(/[^\w!\-.'()]/g, '-') ?? '');
}

function keyField(draft: Draft): DraftField<Draft> {
    const check = (key: string): string | undefined =>
        KEY.test(keyOf({ ...draft, key })) ? undefined : "Enter 1 to 256 letters, digits or characters of !-_.'()";
    return { name: 'key', title: 'Key', placeholder: keyOf(draft), check };
}

function textFields({ type }: Draft): DraftField<Draft>[] {
    const types = [...new Set([type, ...TYPES])];
    const enumTitles = types.map((known) => known.split(';', 1)[0]!);
    const editor = recordKind(type) === 'json' ? 'json' : 'javascript';
    return [
        { name: 'type', title: 'Type', editor: 'select', isRequired: true, enum: types, enumTitles },
        { name: 'text', editor, title: 'Value', rows: 12 },
    ];
}
