import { CodeEditor } from '../parts/code-editor.js';
import { Empty } from '../parts/empty.js';
import { useState, type JSX } from '../preact.js';
import type { ActorVersion } from '../api/json.js';

/** The source of a version, to be read. */
export function SourceFiles({ files }: { files: ActorVersion['sourceFiles'] }): JSX.Element {
    const texts = files.flatMap((file) => ('content' in file ? [file] : []));
    const [name, setName] = useState(texts[0]?.name);
    const file = texts.find((other) => other.name === name);
    if (file === undefined) {
        return (
            <Empty title="The source is a folder">
                <p>It is read where it is, at each start of a run. Edit it there.</p>
            </Empty>
        );
    }
    return (
        <section>
            <div class="section-head">
                <h2>Source</h2>
                <select
                    aria-label="File"
                    value={file.name}
                    onChange={({ currentTarget }) => setName(currentTarget.value)}
                >
                    {texts.map((other) => (
                        <option key={other.name}>{other.name}</option>
                    ))}
                </select>
            </div>
            {file.format === 'BASE64' ? (
                <p class="soft">This file is binary.</p>
            ) : (
                <CodeEditor key={file.name} value={file.content} label={file.name} isReadOnly />
            )}
        </section>
    );
}
