import { useState } from 'preact/hooks';
import { buildNames, useBuildOf, useBuilds } from '../actors/use-actor.js';
import { api } from '../api/api.js';
import type { Actor, Build, Task } from '../api/json.js';
import { useInputDraft } from '../form/input-draft.js';
import { InputEditor } from '../form/input-editor.js';
import { keptOptions, type RunChoices, RunOptions } from '../runs/run-options.js';
import { showDone } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { LabelledField, TextField } from '../ui/fields.js';
import { Link } from '../ui/link.js';
import { ResourceView } from '../ui/resource-view.js';

interface TaskFormProps {
    readonly actor: Actor;
    /** Undefined for one that is to be made. */
    readonly task: Task | undefined;
    readonly onSaved: (task: Task) => void;
}

/** The form of a task: its name, its input and its options. */
export function TaskForm(props: TaskFormProps) {
    const { actor, task } = props;
    const [choices, setChoices] = useState<RunChoices>(task?.options ?? {});
    const build = useBuildOf(actor, choices.build);
    return (
        <ResourceView resource={build}>
            {(found) => <LoadedForm {...props} build={found} {...{ choices, setChoices }} />}
        </ResourceView>
    );
}

function LoadedForm({
    actor,
    task,
    onSaved,
    build,
    choices,
    setChoices,
}: TaskFormProps & {
    build: Build | null;
    choices: RunChoices;
    setChoices: (choices: RunChoices) => void;
}) {
    const given = task && { input: task.input ?? {} };
    const { schema, draft, setDraft, input, problems } = useInputDraft(actor, build, given, choices.build);
    const [about, setAbout] = useState(aboutOf(task));
    const builds = useBuilds(actor.id).value?.items ?? [];
    const save = async (): Promise<void> => {
        if (!input.ok) throw new Error(`The input is no JSON: line ${input.line}, ${input.message}. Correct it first.`);
        const name = about.name === '' ? {} : { name: about.name };
        const { title, description } = about;
        const fields = { ...name, title, description, input: input.value ?? {}, options: keptOptions(choices) };
        const saved =
            task === undefined
                ? await api<Task>('/actor-tasks', { method: 'POST', json: { actId: actor.id, ...fields } })
                : await api<Task>(`/actor-tasks/${task.id}`, { method: 'PUT', json: fields });
        showDone(`Task ${saved.name} is saved.`);
        onSaved(saved);
    };
    return (
        <div class="columns">
            <section class="card" aria-label="Input">
                <InputEditor {...{ schema, draft, problems }} showsAll={false} onChange={setDraft} />
            </section>
            <aside class="stack sticky">
                <div class="card form">
                    <TaskAbout actor={actor} about={about} onChange={setAbout} />
                    <Button kind="primary" onPress={save}>
                        {task === undefined ? 'Make the task' : 'Save'}
                    </Button>
                    {problems.length > 0 && (
                        <p class="note">
                            A run of it would be refused as it is, unless whoever starts it gives the rest:{' '}
                            {problems[0]!.message}.
                        </p>
                    )}
                </div>
                <div class="card">
                    <RunOptions
                        choices={choices}
                        onChange={setChoices}
                        defaults={actor.defaultRunOptions}
                        builds={buildNames(actor, builds)}
                    />
                </div>
            </aside>
        </div>
    );
}

interface About {
    readonly name: string;
    readonly title: string;
    readonly description: string;
}

function aboutOf(task: Task | undefined): About {
    const { name = '', title = '', description = '' } = task ?? {};
    return { name, title, description };
}

function TaskAbout({ actor, about, onChange }: { actor: Actor; about: About; onChange: (about: About) => void }) {
    return (
        <>
            <p class="soft">
                Runs <Link to={`/actors/${actor.id}`}>{actor.title ?? actor.name}</Link>.
            </p>
            <TextField
                label="Name"
                value={about.name}
                placeholder={`my-${actor.name}`}
                about="3 to 63 letters, digits and dashes."
                onChange={(name) => onChange({ ...about, name })}
            />
            <TextField label="Title" value={about.title} onChange={(title) => onChange({ ...about, title })} />
            <LabelledField label="Description">
                {(id) => (
                    <textarea
                        id={id}
                        rows={2}
                        value={about.description}
                        onInput={({ currentTarget }) => onChange({ ...about, description: currentTarget.value })}
                    />
                )}
            </LabelledField>
        </>
    );
}
