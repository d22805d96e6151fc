import { ActorSelect } from '../actors/actor-select.js';
import { Button } from '../parts/button.js';
import { CodeEditor } from '../parts/code-editor.js';
import { LabelledField } from '../parts/labelled-field.js';
import { parseJson } from '../parts/parse-json.js';
import { TaskSelect } from '../tasks/task-select.js';
import type { ActionDraft } from './action-draft.js';
import type { JSX } from '../preact.js';

/** What a schedule starts: Actors and tasks, each with an input. */
export function ActionFields({
    actions,
    onChange,
}: {
    actions: readonly ActionDraft[];
    onChange: (actions: ActionDraft[]) => void;
}): JSX.Element {
    return (
        <div class="stack">
            {actions.map((action, index) => (
                <ActionField
                    key={index}
                    action={action}
                    number={index + 1}
                    onChange={(next) => onChange(actions.map((other, at) => (at === index ? next : other)))}
                    onRemove={() => onChange(actions.filter((_, at) => at !== index))}
                />
            ))}
            <div class="row">
                <Button icon="plus" onPress={() => onChange([...actions, { kind: 'actor', id: '', inputText: '' }])}>
                    Add an Actor
                </Button>
                <Button icon="plus" onPress={() => onChange([...actions, { kind: 'task', id: '', inputText: '' }])}>
                    Add a task
                </Button>
            </div>
        </div>
    );
}

function ActionField({
    action,
    number,
    onChange,
    onRemove,
}: {
    action: ActionDraft;
    number: number;
    onChange: (action: ActionDraft) => void;
    onRemove: () => void;
}): JSX.Element {
    const { kind, id, inputText } = action;
    const parsed = inputText.trim() === '' ? undefined : parseJson(inputText);
    const choose = (next: string): void => onChange({ ...action, id: next });
    return (
        <fieldset class="nested form">
            <legend class="row">
                {kind === 'actor' ? 'Run an Actor' : 'Run a task'}
                <Button kind="quiet" icon="close" label={`Remove action ${number}`} onPress={onRemove} />
            </legend>
            {kind === 'actor' ? (
                <ActorSelect label="Actor to run" value={id} onChange={choose} />
            ) : (
                <TaskSelect label="Task to run" value={id} onChange={choose} />
            )}
            <LabelledField
                label="Input"
                about={
                    kind === 'actor'
                        ? 'JSON; empty is no input, and the defaults of the schema count.'
                        : "JSON; its properties are laid over the task's own input."
                }
                trouble={parsed?.ok === false ? `Line ${parsed.line}: ${parsed.message}.` : undefined}
            >
                {(fieldId) => (
                    <CodeEditor
                        id={fieldId}
                        value={inputText}
                        label={undefined}
                        placeholder="{}"
                        leastRows={3}
                        errorLine={parsed?.ok === false ? parsed.line : undefined}
                        onChange={(text) => onChange({ ...action, inputText: text })}
                    />
                )}
            </LabelledField>
        </fieldset>
    );
}
