import { useState } from 'preact/hooks';
import { api } from '../api/api.js';
import { ask } from '../live/live.js';
import { queryOf, type RunOptionValues, RunOptions } from '../runs/run-options.js';
import { hasEnded } from '../runs/runs-page.js';
import { showDone } from '../signals/toasts.js';
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
    const post = async (verb: string, words: string): Promise<void> => {
        onChange(await api<Run>(`/actor-runs/${id}/${verb}`, { method: 'POST' }));
        showDone(words);
    };
    const migrate = async (): Promise<void> => {
        await ask('migrate', id);
        showDone('Migrating: the Actor saves its state and restarts.');
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
                explanation="This permanently deletes its record and its log. Its storages are kept until their retention ends."
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
    const [choices, setChoices] = useState<RunOptionValues>({});
    const resurrect = async (): Promise<void> => {
        const query = queryOf(choices);
        onChange(await api<Run>(`/actor-runs/${run.id}/resurrect`, { method: 'POST', query }));
        showDone('Run resurrected.');
    };
    return (
        <FormDialog title="Resurrect the run" verb="Resurrect" onSubmit={resurrect}>
            <p>Continues with the same storages and log; the timeout restarts.</p>
            <RunOptions
                actor={{ id: run.actId }}
                choices={choices}
                onChange={setChoices}
                defaults={{ ...run.options, build: run.buildNumber }}
            />
        </FormDialog>
    );
}
