import { useMemo } from 'preact/hooks';
import { JsonTree } from '../../ui/code.js';
import { parseJson } from '../../ui/parse-json.js';
import { hideSecrets } from './record.js';
import type { RecordContents } from './read-record.js';

/** The contents of a record. Nothing in it becomes a part of this page, and no script of it runs. */
export function RecordPreview({ contents, path }: { contents: RecordContents; path: string }) {
    const { key, kind, text = '', isCut } = contents;
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
                    No preview for the type <code>{contents.contentType}</code>. Download the record to open it in
                    another program.
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
