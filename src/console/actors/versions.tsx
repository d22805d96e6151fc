import { useState } from 'preact/hooks';
import { api } from '../api/api.js';
import { useApi } from '../api/use-resource.js';
import { useQuery } from '../router.js';
import { type ButtonProps, DeleteButton } from '../components/button.js';
import { CodeEditor } from '../components/code.js';
import { Select } from '../components/fields.js';
import { humanize } from '../components/format.js';
import { DraftButton, type DraftField } from '../form/draft-fields.js';
import { EmptyState, DefinitionList, ResourceView } from '../components/page.js';
import { Table } from '../components/table.js';
import type { Actor, ActorVersion, EnvVar } from '../api/json.js';

export function Versions({ actor: { versions, id } }: { actor: Actor }) {
    const [query, change] = useQuery();
    const wanted = query.get('version');
    const version = versions.find(({ versionNumber }) => versionNumber === wanted) ?? versions.at(-1);
    if (version === undefined) {
        return (
            <EmptyState title="No versions">
                The Actor belongs to another user, or was created without a source.
            </EmptyState>
        );
    }
    const { versionNumber, sourceType, buildTag, gitRepoUrl, tarballUrl, gitHubGistUrl, sourceFiles } = version;
    const isLive = sourceType === 'SOURCE_FILES' && sourceFiles.length === 0;
    return (
        <div class="stack">
            {versions.length > 1 && (
                <div class="toolbar">
                    <Select
                        label="Version"
                        value={versionNumber}
                        options={versions.map(({ versionNumber: number }) => [number, `Version ${number}`])}
                        onChange={(number) => change({ version: number })}
                    />
                </div>
            )}
            <DefinitionList
                className="card"
                entries={{
                    Version: versionNumber,
                    Source: isLive ? 'Live folder' : humanize(sourceType),
                    'Build tag': buildTag,
                    URL: gitRepoUrl ?? tarballUrl ?? gitHubGistUrl,
                }}
            />
            <EnvVars key={`env ${versionNumber}`} path={`/acts/${id}/versions/${versionNumber}/env-vars`} />
            <SourceFiles key={`files ${versionNumber}`} files={sourceFiles} />
        </div>
    );
}

function SourceFiles({ files }: { files: ActorVersion['sourceFiles'] }) {
    const texts = files.flatMap((file) => ('content' in file ? [file] : []));
    const [name, setName] = useState(texts[0]?.name);
    const file = texts.find((other) => other.name === name);
    if (file === undefined) {
        return (
            <EmptyState title="Live folder">
                Runs use the current files of the Actor's folder. Edit them there.
            </EmptyState>
        );
    }
    return (
        <section>
            <div class="section-head">
                <h2>Source</h2>
                <Select
                    label="File"
                    value={file.name}
                    options={texts.map((other) => [other.name, other.name])}
                    onChange={setName}
                />
            </div>
            {file.format === 'BASE64' ? (
                <p class="soft">This file is binary.</p>
            ) : (
                <CodeEditor key={file.name} value={file.content} label={file.name} isReadOnly />
            )}
        </section>
    );
}

/** The environment variables of a version. Secret values are never shown. */
function EnvVars({ path }: { path: string }) {
    const variables = useApi<{ items: EnvVar[] }>(path);
    const { reload } = variables;
    const empty = <EmptyState title="No variables">Variables apply from the next build of this version.</EmptyState>;
    const add = <EnvVarEditor button={{ icon: 'plus', children: 'Add variable' }} path={path} onSaved={reload} />;
    return (
        <ResourceView title="Environment variables" side={add} resource={variables}>
            {({ items }) => (
                <Table
                    label="Environment variables"
                    rows={items}
                    keyOf={({ name }) => name}
                    empty={empty}
                    columns={[
                        { name: 'Name', cell: ({ name }) => <code>{name}</code> },
                        { name: 'Value', isWide: true, cell: valueOf },
                        {
                            name: '',
                            isFigure: true,
                            cell: (variable) => <EnvVarActions {...{ path, variable, reload }} />,
                        },
                    ]}
                />
            )}
        </ResourceView>
    );
}

function valueOf({ value, isSecret }: EnvVar) {
    return isSecret ? <span class="faint">secret</span> : <code>{value}</code>;
}

function EnvVarActions({ path, variable, reload }: { path: string; variable: EnvVar; reload: () => void }) {
    const { name } = variable;
    return (
        <span class="actions">
            <EnvVarEditor
                button={{ kind: 'quiet', icon: 'edit', label: `Edit ${name}` }}
                path={path}
                variable={variable}
                onSaved={reload}
            />
            <DeleteButton
                path={`${path}/${name}`}
                what={`variable ${name}`}
                isQuiet
                explanation="Existing builds keep the variable."
                onDeleted={reload}
            />
        </span>
    );
}

const VARIABLE_FIELDS: readonly DraftField<{ name: string; value: string; isSecret: boolean }>[] = [
    { name: 'name', title: 'Name', placeholder: 'MY_VARIABLE', isRequired: true },
    { name: 'value', title: 'Value' },
    {
        name: 'isSecret',
        type: 'boolean',
        title: 'Secret',
        description: 'Stored encrypted, hidden in logs, and never shown again.',
    },
];

interface EnvVarEditorProps {
    readonly button: ButtonProps;
    readonly path: string;
    /** Undefined for a new variable. */
    readonly variable?: EnvVar;
    readonly onSaved: () => void;
}

function EnvVarEditor({ button, path, variable, onSaved }: EnvVarEditorProps) {
    const { name = '', value = '', isSecret = false }: Partial<EnvVar> = variable ?? {};
    return (
        <DraftButton
            button={button}
            title={variable ? `Edit ${name}` : 'Add variable'}
            verb={variable ? 'Save' : 'Add variable'}
            initial={{ name, value, isSecret }}
            fields={variable ? VARIABLE_FIELDS.slice(1) : VARIABLE_FIELDS}
            onSubmit={async (json) => {
                if (variable) await api(`${path}/${name}`, { method: 'PUT', json });
                else await api(path, { method: 'POST', json });
                onSaved();
            }}
        />
    );
}
