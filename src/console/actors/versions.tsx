import { useState } from 'preact/hooks';
import { ActorFrame } from './actor-frame.js';
import { api } from '../api/api.js';
import type { Actor, ActorVersion, EnvVar } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import type { PageProps } from '../router/outlet.js';
import { useQuery } from '../router/query.js';
import { changeQuery } from '../router/router.js';
import { Button } from '../ui/button.js';
import { CodeEditor } from '../ui/code-editor.js';
import { ConfirmButton, FormDialog } from '../ui/dialog.js';
import { CheckField, TextField } from '../ui/fields.js';
import { Empty, Facts } from '../ui/page.js';
import { ResourceView } from '../ui/resource-view.js';
import { Table } from '../ui/table.js';

/** The versions of an Actor: where their source is, and their environment variables. */
export function ActorVersionsPage({ params }: PageProps) {
    return (
        <ActorFrame actorId={params['id']!} tab="Versions">
            {(actor) => <Versions actor={actor} />}
        </ActorFrame>
    );
}

function Versions({ actor }: { actor: Actor }) {
    const { versions, id } = actor;
    const wanted = useQuery().get('version');
    const version = versions.find(({ versionNumber }) => versionNumber === wanted) ?? versions.at(-1);
    if (version === undefined) {
        return (
            <Empty title="It has no version">
                <p>It belongs to somebody else, or was made without a source.</p>
            </Empty>
        );
    }
    const { versionNumber, sourceType, buildTag, gitRepoUrl, tarballUrl, gitHubGistUrl, sourceFiles } = version;
    return (
        <div class="stack">
            {versions.length > 1 && (
                <div class="toolbar">
                    <select
                        aria-label="Version"
                        value={versionNumber}
                        onChange={({ currentTarget }) => changeQuery({ version: currentTarget.value })}
                    >
                        {versions.map((other) => (
                            <option key={other.versionNumber} value={other.versionNumber}>
                                {`Version ${other.versionNumber}`}
                            </option>
                        ))}
                    </select>
                </div>
            )}
            <div class="card">
                <Facts
                    facts={{
                        Version: versionNumber,
                        Source: sourceType,
                        'Tag of its builds': buildTag,
                        URL: gitRepoUrl ?? tarballUrl ?? gitHubGistUrl,
                    }}
                />
            </div>
            <EnvVars key={`env ${versionNumber}`} actorId={id} version={version} />
            <SourceFiles key={`files ${versionNumber}`} files={sourceFiles} />
        </div>
    );
}

/** The source of a version, to be read. */
export function SourceFiles({ files }: { files: ActorVersion['sourceFiles'] }) {
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

/** The environment variables of a version, which its runs get. The value of a secret one is never shown. */
export function EnvVars({ actorId, version }: { actorId: string; version: ActorVersion }) {
    const path = `/acts/${actorId}/versions/${version.versionNumber}/env-vars`;
    const resource = useResource(path, async (signal) => (await api<{ items: EnvVar[] }>(path, { signal })).items);
    const [edited, edit] = useState<EnvVar | 'new' | undefined>();
    const close = (): void => {
        edit(undefined);
        resource.reload();
    };
    const remove = async (name: string): Promise<void> => {
        await api(`${path}/${name}`, { method: 'DELETE' });
        resource.reload();
    };
    return (
        <section>
            <div class="section-head">
                <h2>Environment variables</h2>
                <Button icon="plus" onPress={() => edit('new')}>
                    Add
                </Button>
            </div>
            <ResourceView resource={resource}>
                {(items) =>
                    items.length === 0 ? (
                        <Empty title="No variables">
                            <p>What is added here, runs of builds of this version find in their environment.</p>
                        </Empty>
                    ) : (
                        <Table
                            label="Environment variables"
                            rows={items}
                            keyOf={({ name }) => name}
                            columns={[
                                { name: 'Name', cell: ({ name }) => <code>{name}</code> },
                                {
                                    name: 'Value',
                                    isWide: true,
                                    cell: ({ value, isSecret }) =>
                                        isSecret ? <span class="faint">secret</span> : <code>{value}</code>,
                                },
                                {
                                    name: '',
                                    isFigure: true,
                                    cell: (variable) => (
                                        <span class="actions">
                                            <Button
                                                kind="quiet"
                                                icon="edit"
                                                label={`Change ${variable.name}`}
                                                onPress={() => edit(variable)}
                                            />
                                            <ConfirmButton
                                                kind="quiet"
                                                icon="trash"
                                                label={`Delete ${variable.name}`}
                                                question={`Delete ${variable.name}?`}
                                                explanation="Builds that were made with it keep it."
                                                verb="Delete"
                                                onConfirm={() => remove(variable.name)}
                                            />
                                        </span>
                                    ),
                                },
                            ]}
                        />
                    )
                }
            </ResourceView>
            {edited && <EnvVarDialog path={path} given={edited === 'new' ? undefined : edited} onClose={close} />}
        </section>
    );
}

function EnvVarDialog({ path, given, onClose }: { path: string; given: EnvVar | undefined; onClose: () => void }) {
    const [name, setName] = useState(given?.name ?? '');
    const [value, setValue] = useState(given?.value ?? '');
    const [isSecret, setSecret] = useState(given?.isSecret ?? false);
    const save = async (): Promise<void> => {
        if (given) await api(`${path}/${given.name}`, { method: 'PUT', json: { name, value, isSecret } });
        else await api(path, { method: 'POST', json: { name, value, isSecret } });
        onClose();
    };
    return (
        <FormDialog
            title={given ? `Change ${given.name}` : 'Add a variable'}
            onClose={onClose}
            verb="Save"
            onSubmit={save}
        >
            {given === undefined && (
                <TextField label="Name" value={name} placeholder="MY_VARIABLE" onChange={setName} isRequired />
            )}
            <TextField label="Value" value={value} onChange={setValue} />
            <CheckField
                label="Secret"
                isOn={isSecret}
                onChange={setSecret}
                about="Kept encrypted, hidden in logs, and never shown again."
            />
        </FormDialog>
    );
}
