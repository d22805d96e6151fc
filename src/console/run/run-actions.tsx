import { useState } from 'preact/hooks';
import { api } from '../api/api.js';
import { sendRunRequest } from '../live/live.js';
import { toQuery, type RunOptionValues, RunOptions } from '../runs/run-options.js';
import { hasEnded } from '../runs/runs-page.js';
import { showSuccess } from '../signals/toasts.js';
import { Button, ButtonLink, DeleteButton, DialogButton, FormDialog } from '../components/button.js';
import type { Run } from '../api/json.js';

interface ActionsProps {
    readonly run: Run;
    readonly onChange: (run: Run) => void;
}

export function RunActions(props: ActionsProps) {
    const { run } = props;
    return (
        <>
            {hasEnded(run) ? <EndedActions {...props} /> : <ActiveActions {...props} />}
            <ButtonLink kind="primary" icon="run" to={`/actors/${run.actId}/start?runAgain=${run.id}`}>
                Run again
            </ButtonLink>
        </>
    );
}

function ActiveActions({ run: { id, status }, onChange }: ActionsProps) {
    const post = async (verb: string, message: string): Promise<void> => {
        onChange(await api<Run>(`/actor-runs/${id}/${verb}`, { method: 'POST' }));
        showSuccess(message);
    };
    const migrate = async (): Promise<void> => {
        await sendRunRequest('migrate', id);
        showSuccess('Migrating: the Actor saves its state and restarts.');
    };
    return (
        <>
            {status === 'RUNNING' && (
                <>
                    <Button
                        icon="refresh"
                        title="Restart, keeping storages"
                        onPress={() => post('reboot', 'Run rebooted.')}
                    >
                        Reboot
                    </Button>
                    <Button title="Let the Actor save its state, and restart it" onPress={migrate}>
                        Migrate
                    </Button>
                </>
            )}
            <Button
                title="Let the Actor save its state"
                isDisabled={status === 'ABORTING'}
                onPress={() => post('abort?gracefully=true', 'Stopping…')}
            >
                Abort gracefully
            </Button>
            <Button kind="danger" icon="stop" title="Stop now" onPress={() => post('abort', 'Run aborted.')}>
                Abort
            </Button>
        </>
    );
}

function EndedActions({ run, onChange }: ActionsProps) {
    return (
        <>
            <DeleteButton
                path={`/actor-runs/${run.id}`}
                what="the run"
                isQuiet
                explanation="This permanently deletes the run and its log. Its storages are kept until their retention ends."
                to="/runs"
            />
            <DialogButton
                icon="refresh"
                title="Continue with the same storages and log"
                dialog={<ResurrectDialog {...{ run, onChange }} />}
            >
                Resurrect
            </DialogButton>
        </>
    );
}

function ResurrectDialog({ run, onChange }: ActionsProps) {
    const [values, setValues] = useState<RunOptionValues>({});
    const resurrect = async (): Promise<void> => {
        const query = toQuery(values);
        onChange(await api<Run>(`/actor-runs/${run.id}/resurrect`, { method: 'POST', query }));
        showSuccess('Run resurrected.');
    };
    return (
        <FormDialog title="Resurrect run" verb="Resurrect run" onSubmit={resurrect}>
            <p>Continues with the same storages and log; the timeout restarts.</p>
            <RunOptions
                actor={{ id: run.actId }}
                values={values}
                onChange={setValues}
                defaults={{ ...run.options, build: run.buildNumber }}
            />
        </FormDialog>
    );
}
