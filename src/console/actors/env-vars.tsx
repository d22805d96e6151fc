import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { Button } from '../parts/button.js';
import { ConfirmButton } from '../parts/confirm.js';
import { FormDialog } from '../parts/form-dialog.js';
import { Empty } from '../parts/empty.js';
import { CheckField, TextField } from '../parts/labelled-field.js';
import { ResourceView } from '../parts/resource-view.js';
import { Table } from '../parts/table.js';
import { useState, type JSX } from '../preact.js';
import type { ActorVersion, EnvVar } from '../api/json.js';

/** The environment variables of a version, which its runs get. The value of a secret one is never shown. */
export function EnvVars({ actorId, version }: { actorId: string; version: ActorVersion }): JSX.Element {
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

function EnvVarDialog({
    path,
    given,
    onClose,
}: {
    path: string;
    given: EnvVar | undefined;
    onClose: () => void;
}): JSX.Element {
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
