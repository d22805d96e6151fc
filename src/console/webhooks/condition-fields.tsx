import { ActorSelect } from '../actors/actor-select.js';
import { TaskSelect } from '../tasks/task-select.js';
import type { ConditionKind, WebhookDraft } from './webhook-draft.js';
import type { JSX } from '../preact.js';

/** What a webhook is about: the runs and builds of an Actor, the runs of a task, or one run. */
export function ConditionFields({
    draft: { kind, aboutId },
    onChange,
}: {
    draft: WebhookDraft;
    onChange: (changed: Partial<WebhookDraft>) => void;
}): JSX.Element {
    const choose = (id: string): void => onChange({ aboutId: id });
    return (
        <div class="row">
            <select
                aria-label="What it is about"
                value={kind}
                onChange={({ currentTarget }) => onChange({ kind: currentTarget.value as ConditionKind, aboutId: '' })}
            >
                <option value="actor">Actor</option>
                <option value="task">Task</option>
                <option value="run">Run</option>
            </select>
            {kind === 'actor' && <ActorSelect label="Actor" value={aboutId} onChange={choose} />}
            {kind === 'task' && <TaskSelect label="Task" value={aboutId} onChange={choose} />}
            {kind === 'run' && (
                <input
                    type="text"
                    aria-label="Id of the run"
                    placeholder="Id of the run"
                    value={aboutId}
                    onInput={({ currentTarget }) => choose(currentTarget.value.trim())}
                />
            )}
        </div>
    );
}
