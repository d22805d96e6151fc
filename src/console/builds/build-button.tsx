import { api } from '../api/api.js';
import { Button } from '../parts/button.js';
import { FormDialog } from '../parts/form-dialog.js';
import { LabelledField } from '../parts/labelled-field.js';
import { useState, type JSX } from '../preact.js';
import { navigate } from '../router/router.js';
import type { Actor, Build } from '../api/json.js';

/** Builds a version of an Actor, and leads to the build. */
export function BuildButton({ actor }: { actor: Actor }): JSX.Element {
    const { id, versions } = actor;
    const [isOpen, setOpen] = useState(false);
    const [version, setVersion] = useState(versions.at(-1)?.versionNumber ?? '');
    const [tag, setTag] = useState('');
    const close = (): void => setOpen(false);
    const build = async (): Promise<void> => {
        const started = await api<Build>(`/acts/${id}/builds`, { method: 'POST', query: { version, tag } });
        navigate(`/builds/${started.id}`);
    };
    return (
        <>
            <Button icon="build" isDisabled={versions.length === 0} onPress={() => setOpen(true)}>
                Build
            </Button>
            {isOpen && (
                <FormDialog title="Build a version" onClose={close} verb="Build" onSubmit={build}>
                    <LabelledField label="Version">
                        {(fieldId) => (
                            <select
                                id={fieldId}
                                value={version}
                                onChange={({ currentTarget }) => setVersion(currentTarget.value)}
                            >
                                {versions.map(({ versionNumber, sourceType }) => (
                                    <option key={versionNumber} value={versionNumber}>
                                        {`${versionNumber} (${sourceType})`}
                                    </option>
                                ))}
                            </select>
                        )}
                    </LabelledField>
                    <LabelledField
                        label="Tag"
                        about="Runs that ask for this tag get the build once it has succeeded. Empty: the tag of the version."
                    >
                        {(fieldId) => (
                            <input
                                id={fieldId}
                                value={tag}
                                placeholder={versions.find((one) => one.versionNumber === version)?.buildTag}
                                onInput={({ currentTarget }) => setTag(currentTarget.value)}
                            />
                        )}
                    </LabelledField>
                </FormDialog>
            )}
        </>
    );
}
