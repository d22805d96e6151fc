import { useMemo } from 'preact/hooks';
import { apiAnswer, isNotFound } from '../../api/api.js';
import { useResource } from '../../api/use-resource.js';
import { DraftButton, type DraftField } from '../../form/draft-fields.js';
import { showDone } from '../../signals/toasts.js';
import { type ButtonProps, CopyButton } from '../../components/button.js';
import { JsonTree } from '../../components/code.js';
import { formatBytes } from '../../components/format.js';
import { ResourceView } from '../../components/page.js';
import { parseJson, prettyText } from '../../components/parse-json.js';
import { hasSecrets, hideSecrets, type OpenRecord, readRecord, recordKind, recordPath } from './record.js';
import type { ComponentChildren } from 'preact';

interface RecordViewProps {
    readonly storeId: string;
    readonly recordKey: string;
    /** Default: its key. */
    readonly title?: string;
    /** Another one when there may be another value. */
    readonly version?: number;
    /** Shown where there is no such record. */
    readonly missing: ComponentChildren;
    /** Buttons besides the one that copies it. */
    readonly actions?: (record: OpenRecord, reload: () => void) => ComponentChildren;
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

function CopyRecord({ record: { kind, text, isCut } }: { record: OpenRecord }) {
    if (text === undefined || isCut) return <span class="spring" />;
    const parsed = kind === 'json' ? parseJson(text) : undefined;
    const isSecret = parsed?.ok === true && hasSecrets(parsed.value);
    return (
        <>
            {isSecret && <span class="faint">Secrets are hidden: they are stored encrypted.</span>}
            <span class="spring" />
            <CopyButton
                text={() => (isSecret ? JSON.stringify(hideSecrets(parsed.value), null, 2) : text)}
                label="Copy the record"
            />
        </>
    );
}

/** The contents of a record. Nothing in it becomes a part of this page, and no script of it runs. */
function RecordPreview({ record }: { record: OpenRecord }) {
    const { key, kind, text = '', isCut, path, contentType } = record;
    switch (kind) {
        case 'json':
            return isCut ? <TextPreview text={text} isCut /> : <JsonPreview text={text} />;
        case 'image':
            return <img class="record-image" src={path} alt={`The image ${key}`} />;
        case 'html':
            // Sandboxed without any permission: no script, no form, no access to the page around it.
            return <iframe class="record-html" sandbox="" src={path} title={`The page ${key}`} />;
        case 'audio':
            return <audio class="record-media" controls src={path} />;
        case 'video':
            return <video class="record-media" controls src={path} />;
        case 'text':
            return <TextPreview text={text} isCut={isCut} />;
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
    if (parsed.ok) return <JsonTree value={hideSecrets(parsed.value)} />;
    return (
        <>
            <p class="field-trouble" role="alert">
                {`Invalid JSON: ${parsed.trouble}.`}
            </p>
            <TextPreview text={text} isCut={false} />
        </>
    );
}

function TextPreview({ text, isCut }: { text: string; isCut: boolean }) {
    return (
        <>
            {isCut && <p class="faint">Truncated. Download for the full content.</p>}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- So that it can be scrolled by keys. */}
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
/** As the platform has them. */
const KEY = /^[a-zA-Z0-9!\-_.'()]{1,256}$/;

interface Draft {
    readonly key: string;
    readonly type: string;
    readonly text: string;
    readonly file: File | undefined;
}

interface EditorProps {
    readonly storeId: string;
    /** The record that is changed; missing for a new one. */
    readonly before?: OpenRecord;
    readonly button: ButtonProps;
    readonly onSaved: (key: string) => void;
}

export function RecordEditor({ storeId, before, button, onSaved }: EditorProps) {
    const save = async (draft: Draft): Promise<void> => {
        const { file, type, text } = draft;
        const key = keyOf(draft);
        const headers = { 'content-type': file === undefined ? type : file.type || 'application/octet-stream' };
        await apiAnswer(recordPath(storeId, key), { method: 'PUT', body: file ?? text, headers });
        showDone(`Record “${key}” saved.`);
        onSaved(key);
    };
    return (
        <DraftButton
            button={button}
            title={before === undefined ? 'New record' : `Edit ${before.key}`}
            verb="Save"
            isWide
            begin={draftOf(before)}
            fields={(draft) => [...(before ? [] : [keyField(draft)]), ...(draft.file ? [] : textFields(draft))]}
            onSubmit={save}
        >
            {({ onChange }) =>
                before === undefined && (
                    <label class="field">
                        <span class="label">File, instead of a text</span>
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

function draftOf({ key = '', contentType = TYPES[0]!, kind, text = '' }: Partial<OpenRecord> = {}): Draft {
    return { key, type: contentType, text: kind === 'json' ? prettyText(text) : text, file: undefined };
}

/** A file is stored under its name, unless another key is given. */
function keyOf({ key, file }: Draft): string {
    return key || (file?.name.replace(/[^\w!\-.'()]/g, '-') ?? '');
}

function keyField(draft: Draft): DraftField<Draft> {
    const check = (key: string): string | undefined =>
        KEY.test(keyOf({ ...draft, key })) ? undefined : "A key has 1 to 256 letters, digits and !-_.'() only.";
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
