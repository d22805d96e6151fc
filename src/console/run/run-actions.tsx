import { api, apiAnswer } from '../api/api.js';
import { Button } from '../parts/button.js';
import { ButtonLink } from '../parts/button-link.js';
import { ConfirmButton } from '../parts/confirm.js';
import { navigate } from '../router/router.js';
import { showDone } from '../state/toasts.js';
import { useState, type JSX } from '../preact.js';
import { migrateRun } from './ask-engine.js';
import { ResurrectDialog } from './resurrect-dialog.js';
import { hasEnded } from './run-status.js';
import type { Run } from '../api/json.js';

/** What can be done with a run as it is. */
export function RunActions({ run, onChange }: { run: Run; onChange: (run: Run) => void }): JSX.Element {
    return (
        <>
            {hasEnded(run) ? (
                <EndedActions run={run} onChange={onChange} />
            ) : (
                <LiveActions run={run} onChange={onChange} />
            )}
            <ButtonLink kind="primary" icon="run" to={`/actors/${run.actId}/start?runAgain=${run.id}`}>
                Run again
            </ButtonLink>
        </>
    );
}

function LiveActions({ run, onChange }: { run: Run; onChange: (run: Run) => void }): JSX.Element {
    const { status } = run;
    const isRunning = status === 'RUNNING';
    const post = async (verb: string, words: string): Promise<void> => {
        onChange(await api<Run>(`/actor-runs/${run.id}/${verb}`, { method: 'POST' }));
        showDone(words);
    };
    const migrate = async (): Promise<void> => {
        await migrateRun(run.id);
        showDone('The run is being migrated: its Actor saves its state and goes on in a fresh place.');
    };
    return (
        <>
            {isRunning && (
                <>
                    <Button
                        icon="refresh"
                        title="Start the Actor anew on the same storages"
                        onPress={() => post('reboot', 'The Actor is started anew.')}
                    >
                        Reboot
                    </Button>
                    <Button title="Let the Actor save its state and go on elsewhere" onPress={migrate}>
                        Migrate
                    </Button>
                </>
            )}
            <Button
                title="Give the Actor time to save what it has"
                isDisabled={status === 'ABORTING'}
                onPress={() => post('abort?gracefully=true', 'The Actor is told to stop.')}
            >
                Abort gracefully
            </Button>
            <Button
                kind="danger"
                icon="stop"
                title="End it at once"
                onPress={() => post('abort', 'The run is aborted.')}
            >
                Abort
            </Button>
        </>
    );
}

function EndedActions({ run, onChange }: { run: Run; onChange: (run: Run) => void }): JSX.Element {
    const [isAsking, ask] = useState(false);
    const remove = async (): Promise<void> => {
        await apiAnswer(`/actor-runs/${run.id}`, { method: 'DELETE' });
        showDone('The run is deleted.');
        navigate('/runs');
    };
    return (
        <>
            <ConfirmButton
                kind="quiet"
                icon="trash"
                label="Delete the run"
                question="Delete the run?"
                explanation="Its record and its log are gone for good. Its storages stay until nobody has used them for long."
                verb="Delete"
                onConfirm={remove}
            />
            <Button icon="refresh" title="Let it go on, on its storages, with its time anew" onPress={() => ask(true)}>
                Resurrect
            </Button>
            {isAsking && (
                <ResurrectDialog
                    run={run}
                    onClose={() => ask(false)}
                    onResurrected={(risen) => {
                        ask(false);
                        onChange(risen);
                        showDone('The run lives once more.');
                    }}
                />
            )}
        </>
    );
}
