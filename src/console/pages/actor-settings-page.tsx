import { ActorFrame } from '../actors/actor-frame.js';
import { useBuilds, buildNames } from '../actors/use-actor.js';
import { api } from '../api/api.js';
import { keptOptions, type RunChoices } from '../options/run-choices.js';
import { RunOptions } from '../options/run-options.js';
import { Button } from '../parts/button.js';
import { ConfirmButton } from '../parts/confirm.js';
import { TextField } from '../parts/labelled-field.js';
import { useState, type JSX } from '../preact.js';
import { navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import type { Actor } from '../api/json.js';
import type { PageProps } from '../router/outlet.js';

/** What can be changed of an Actor. */
export function ActorSettingsPage({ params }: PageProps): JSX.Element {
    return (
        <ActorFrame actorId={params['id']!} tab="Settings">
            {(actor) => <Settings key={actor.id} actor={actor} />}
        </ActorFrame>
    );
}

function Settings({ actor }: { actor: Actor }): JSX.Element {
    const [title, setTitle] = useState(actor.title ?? '');
    const [description, setDescription] = useState(actor.description ?? '');
    const [choices, setChoices] = useState<RunChoices>(actor.defaultRunOptions);
    const builds = useBuilds(actor.id).value?.items ?? [];
    const save = async (): Promise<void> => {
        const defaultRunOptions = { ...actor.defaultRunOptions, ...keptOptions(choices) };
        await api(`/acts/${actor.id}`, { method: 'PUT', json: { title, description, defaultRunOptions } });
        showDone('The settings are saved.');
    };
    return (
        <div class="columns">
            <section class="card form" aria-label="About the Actor">
                <TextField label="Title" value={title} placeholder={actor.name} onChange={setTitle} />
                <TextField label="Description" value={description} onChange={setDescription} />
                <h2>What its runs get by default</h2>
                <RunOptions
                    choices={choices}
                    onChange={setChoices}
                    defaults={actor.defaultRunOptions}
                    builds={buildNames(actor, builds)}
                />
                <div class="form-foot">
                    <Button kind="primary" onPress={save}>
                        Save
                    </Button>
                </div>
            </section>
            <aside class="card form">
                <h2>Delete the Actor</h2>
                <p class="soft">Its builds go with it. Its runs and what they have stored stay.</p>
                <div>
                    <DeleteButton actor={actor} />
                </div>
            </aside>
        </div>
    );
}

function DeleteButton({ actor }: { actor: Actor }): JSX.Element {
    const remove = async (): Promise<void> => {
        await api(`/acts/${actor.id}`, { method: 'DELETE' });
        navigate('/actors');
        showDone(`Actor ${actor.name} is deleted.`);
    };
    return (
        <ConfirmButton
            kind="danger"
            icon="trash"
            question={`Delete ${actor.name}?`}
            explanation="The Actor, its versions and its builds are deleted; the folder it came from is not. It cannot be brought back here, but can be added again."
            verb="Delete the Actor"
            onConfirm={remove}
        >
            Delete
        </ConfirmButton>
    );
}
