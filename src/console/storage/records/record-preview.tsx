import { useMemo } from 'preact/hooks';
import type { RecordContents } from './read-record.js';
import { hideSecrets } from './record.js';
import { JsonView } from '../../ui/json-view.js';
import { parseJson } from '../../ui/parse-json.js';

/** What is in a record, shown as what it is. Nothing in it becomes a part of this page, and no script of it runs. */
export function RecordPreview({ contents, path }: { contents: RecordContents; path: string }) {
    const { key, kind, text = '', isCut } = contents;
    switch (kind) {
        case 'json':
            return isCut ? <TextPreview text={text} isCut /> : <JsonPreview text={text} />;
        case 'image':
            return <img class="record-image" src={path} alt={`The image ${key}`} />;
        case 'html':
            // Sandboxed without any permission: no script, no form, no way to the page around it.
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
                    A record of the type <code>{contents.contentType}</code> cannot be shown here. Download it to open
                    it in another program.
                </p>
            );
    }
}

function JsonPreview({ text }: { text: string }) {
    const parsed = useMemo(() => parseJson(text), [text]);
    if (!parsed.ok) {
        return (
            <>
                <p class="field-trouble" role="alert">
                    It says that it is JSON, but is not: {parsed.message} in line {parsed.line}.
                </p>
                <TextPreview text={text} isCut={false} />
            </>
        );
    }
    return (
        <div class="json">
            <JsonView value={hideSecrets(parsed.value)} />
        </div>
    );
}

function TextPreview({ text, isCut }: { text: string; isCut: boolean }) {
    return (
        <>
            {isCut && <p class="faint">It is long: this is its beginning. Download it to see all of it.</p>}
            {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- So that it can be scrolled by keys. */}
            <pre class="record-text" tabIndex={0}>
                {text}
            </pre>
        </>
    );
}
