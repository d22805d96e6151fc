import { useState } from 'preact/hooks';
import { api } from '../api/api.js';
import { useApi } from '../api/use-resource.js';
import { InputForm, type InputFormState } from '../form/input-form.js';
import { useLocation, useQuery } from '../router.js';
import { definedOptions } from '../runs/run-options.js';
import { AllRuns } from '../runs/runs-page.js';
import { Button, ButtonLink } from '../components/button.js';
import { formatCount } from '../components/format.js';
import { DraftFields, type DraftField } from '../form/draft-fields.js';
import { Ago, EmptyState, ResourceView, Tabs } from '../components/page.js';
import {
    draftFrom,
    IdSelect,
    ListPage,
    NewRecordPage,
    RecordPage,
    type RecordType,
    SaveButton,
} from '../components/record-pages.js';
import type { Actor, Run, Task, TaskItem } from '../api/json.js';
import type { PageParams } from '../router.js';
import type { Column } from '../components/table.js';

const TASKS: RecordType = {
    title: 'Tasks',
    one: 'task',
    path: '/actor-tasks',
    page: '/tasks',
    about: 'A task saves an input and options for an Actor, to run it repeatedly or on a schedule.',
    deletion: 'Its runs are kept. Schedules that run the task will fail.',
};

const COLUMNS: readonly Column<TaskItem>[] = [
    { name: 'Task', isWide: true, cell: ({ id, name, title }) => <a href={`/tasks/${id}`}>{title || name}</a> },
    { name: 'Actor', cell: ({ actId, actName }) => <a href={`/actors/${actId}`}>{actName ?? actId}</a> },
    { name: 'Runs', isFigure: true, drop: 1, cell: ({ stats }) => formatCount(stats.totalRuns) },
    { name: 'Updated', drop: 2, cell: ({ modifiedAt }) => <Ago iso={modifiedAt} /> },
    { name: '', isFigure: true, cell: ({ id }) => <RunTaskButton taskId={id} kind="quiet" /> },
];

export function TasksPage() {
    return (
        <ListPage<TaskItem>
            type={TASKS}
            columns={() => COLUMNS}
            reloadOn={(event) => event.name === 'run' && event.run.actorTaskId !== undefined}
        />
    );
}

function RunTaskButton({ taskId, kind = 'primary' }: { taskId: string; kind?: 'primary' | 'quiet' }) {
    const { route } = useLocation();
    const run = async (): Promise<void> => {
        const { id } = await api<Run>(`/actor-tasks/${taskId}/runs`, { method: 'POST' });
        route(`/runs/${id}`);
    };
    return (
        <Button kind={kind} icon="run" onPress={run}>
            Run
        </Button>
    );
}

export function TaskPage({ id }: PageParams) {
    const [query] = useQuery();
    const isRuns = query.get('tab') === 'runs';
    const actions = (task: Task) => (
        <>
            <ButtonLink to={`/schedules/new?task=${task.id}`} icon="schedule">
                Create schedule
            </ButtonLink>
            <RunTaskButton taskId={task.id} />
        </>
    );
    return (
        <RecordPage<Task> type={TASKS} id={id} nameOf={({ title, name }) => title || name} actions={actions}>
            {(task, { replace }) => (
                <>
                    <Tabs
                        label="Task"
                        current={isRuns ? 'Runs' : 'Input'}
                        tabs={[
                            ['Input', `/tasks/${id}`],
                            ['Runs', `/tasks/${id}?tab=runs`, task.stats.totalRuns],
                        ]}
                    />
                    {isRuns ? (
                        <AllRuns
                            path={`/actor-tasks/${task.id}/runs`}
                            label="Runs of the task"
                            isOf={({ actorTaskId }) => actorTaskId === task.id}
                            empty={<EmptyState title="No runs yet" actions={<RunTaskButton taskId={task.id} />} />}
                        />
                    ) : (
                        <TaskForm actorId={task.actId} task={task} onSaved={replace} />
                    )}
                </>
            )}
        </RecordPage>
    );
}

/** Creates a task. With `?actor=ID`, the Actor is selected. */
export function NewTaskPage() {
    const [query, change] = useQuery();
    const actorId = query.get('actor') ?? '';
    return (
        <NewRecordPage type={TASKS}>
            <div class="toolbar">
                <IdSelect kind="actor" value={actorId} onChange={(actor) => change({ actor })} />
            </div>
            {actorId !== '' && <TaskForm key={actorId} actorId={actorId} />}
        </NewRecordPage>
    );
}

const NEW = { name: '', title: '', description: '' };
const NAMES: readonly DraftField<typeof NEW>[] = [
    { name: 'name', title: 'Name', placeholder: 'my-task', description: '3 to 63 letters, digits or hyphens.' },
    { name: 'title', title: 'Title' },
    { name: 'description', editor: 'textarea', title: 'Description', rows: 2 },
];

interface TaskFormProps {
    readonly actorId: string;
    /** Undefined for a new task. */
    readonly task?: Task;
    readonly onSaved?: (task: Task) => void;
}

function TaskForm({ actorId, task, onSaved }: TaskFormProps) {
    const actor = useApi<Actor>(`/acts/${actorId}`);
    const [names, setNames] = useState(() => draftFrom(NEW, task ?? {}));
    const change = (changed: Partial<typeof NEW>): void => setNames({ ...names, ...changed });
    const fieldsOf = ({ input, runOptions }: InputFormState): object => {
        if (!input.ok) throw new Error(`The input is not valid JSON. ${input.message}.`);
        const { name, ...others } = names;
        const options = definedOptions(runOptions);
        return {
            ...(!task && { actId: actorId }),
            ...others,
            name: name || undefined,
            input: input.value ?? {},
            options,
        };
    };
    const initialInput = task && { input: task.input ?? {} };
    const view = (form: InputFormState, { id, title, name }: Actor) => (
        <div class="columns">
            {form.editor}
            <aside class="stack sticky">
                <div class="card form">
                    <p class="soft">
                        Runs <a href={`/actors/${id}`}>{title || name}</a>.
                    </p>
                    <DraftFields draft={names} onChange={change} fields={NAMES} />
                    <SaveButton<Task> type={TASKS} id={task?.id} fields={() => fieldsOf(form)} onSaved={onSaved} />
                    {form.problems.length > 0 && (
                        <p class="note">
                            {`Incomplete: a run fails unless its caller supplies the rest. ${form.problems[0]!.message}.`}
                        </p>
                    )}
                </div>
                <div class="card">{form.options}</div>
            </aside>
        </div>
    );
    return (
        <ResourceView resource={actor}>
            {(value) => (
                <InputForm actor={value} initialInput={initialInput} initialOptions={task?.options ?? {}}>
                    {(form) => view(form, value)}
                </InputForm>
            )}
        </ResourceView>
    );
}
