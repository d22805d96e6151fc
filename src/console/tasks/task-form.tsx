import { useState } from 'preact/hooks';
import { buildNames, useBuildOf, useBuilds } from '../actors/use-actor.js';
import { api } from '../api/api.js';
import { useInputDraft } from '../form/input-draft.js';
import { InputEditor } from '../form/input-editor.js';
import { keptOptions, type RunChoices, RunOptions } from '../runs/run-options.js';
import { showDone } from '../state/toasts.js';
import { Button } from '../ui/button.js';
import { DraftFields, type DraftField } from '../ui/fields.js';
import { ResourceView } from '../ui/page.js';
import type { Actor, Build, Task } from '../api/json.js';

interface TaskFormProps {
    readonly actor: Actor;
    /** Undefined for a new one. */
    readonly task: Task | undefined;
    readonly onSaved: (task: Task) => void;
}

/** The form of a task: its name, its input and its options. */
export function TaskForm(props: TaskFormProps) {
    const [choices, setChoices] = useState<RunChoices>(props.task?.options ?? {});
    const build = useBuildOf(props.actor, choices.build);
    return (
        <ResourceView resource={build}>
            {(found) => <LoadedForm {...props} build={found} choices={choices} onChoices={setChoices} />}
        </ResourceView>
    );
}

interface LoadedFormProps extends TaskFormProps {
    readonly build: Build | null;
    readonly choices: RunChoices;
    readonly onChoices: (choices: RunChoices) => void;
}

function LoadedForm({ actor, task, onSaved, build, choices, onChoices }: LoadedFormProps) {
    const given = task && { input: task.input ?? {} };
    const { schema, draft, setDraft, input, problems } = useInputDraft(actor, build, given, choices.build);
    const [names, setNames] = useState(() => namesOf(task));
    const builds = useBuilds(actor.id).value?.items ?? [];
    const save = async (): Promise<void> => {
        if (!input.ok) throw new Error(`The input is not valid JSON: line ${input.line}, ${input.message}.`);
        const { name, ...others } = names;
        const options = keptOptions(choices);
        const json = { ...others, ...(name !== '' && { name }), input: input.value ?? {}, options };
        const saved =
            task === undefined
                ? await api<Task>('/actor-tasks', { method: 'POST', json: { actId: actor.id, ...json } })
                : await api<Task>(`/actor-tasks/${task.id}`, { method: 'PUT', json });
        showDone(`Task ${saved.name} saved.`);
        onSaved(saved);
    };
    return (
        <div class="columns">
            <section class="card" aria-label="Input">
                <InputEditor {...{ schema, draft, problems }} showsAll={false} onChange={setDraft} />
            </section>
            <aside class="stack sticky">
                <div class="card form">
                    <p class="soft">
                        Runs <a href={`/actors/${actor.id}`}>{actor.title ?? actor.name}</a>.
                    </p>
                    <DraftFields
                        draft={names}
                        onChange={(changed) => setNames({ ...names, ...changed })}
                        fields={NAMES}
                    />
                    <Button kind="primary" onPress={save}>
                        {task === undefined ? 'Create task' : 'Save'}
                    </Button>
                    {problems.length > 0 && (
                        <p class="note">
                            {`Incomplete: a run fails unless its caller supplies the rest. ${problems[0]!.message}.`}
                        </p>
                    )}
                </div>
                <div class="card">
                    <RunOptions
                        choices={choices}
                        onChange={onChoices}
                        defaults={actor.defaultRunOptions}
                        builds={buildNames(actor, builds)}
                    />
                </div>
            </aside>
        </div>
    );
}

interface Names {
    readonly name: string;
    readonly title: string;
    readonly description: string;
}

function namesOf({ name = '', title = '', description = '' }: Partial<Task> = {}): Names {
    return { name, title, description };
}

const NAMES: readonly DraftField<Names>[] = [
    { name: 'name', label: 'Name', placeholder: 'my-task', about: '3 to 63 letters, digits and dashes.' },
    { name: 'title', label: 'Title' },
    { name: 'description', kind: 'area', label: 'Description' },
];
