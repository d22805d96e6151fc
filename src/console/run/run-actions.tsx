import { useState } from 'preact/hooks';
import { api, apiAnswer } from '../api/api.js';
import type { Run, BuildItem, Listed } from '../api/json.js';
import { useResource } from '../api/use-resource.js';
import { ask } from '../live/live.js';
import { navigate } from '../router/router.js';
import { hasEnded } from './run-status.js';
import { queryOf, type RunChoices, RunOptions } from '../runs/run-options.js';
import { showDone } from '../state/toasts.js';
import { Button, ButtonLink } from '../ui/button.js';
import { ConfirmButton, FormDialog } from '../ui/dialog.js';

/** What can be done with a run as it is. */
export function RunActions({ run, onChange }: { run: Run; onChange: (run: Run) => void }) {
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

function LiveActions({ run, onChange }: { run: Run; onChange: (run: Run) => void }) {
    const { status } = run;
    const isRunning = status === 'RUNNING';
    const post = async (verb: string, words: string): Promise<void> => {
        onChange(await api<Run>(`/actor-runs/${run.id}/${verb}`, { method: 'POST' }));
        showDone(words);
    };
    const migrate = async (): Promise<void> => {
        await ask('migrate', run.id);
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

function EndedActions({ run, onChange }: { run: Run; onChange: (run: Run) => void }) {
    const [isAsking, setAsking] = useState(false);
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
            <Button
                icon="refresh"
                title="Let it go on, on its storages, with its time anew"
                onPress={() => setAsking(true)}
            >
                Resurrect
            </Button>
            {isAsking && (
                <ResurrectDialog
                    run={run}
                    onClose={() => setAsking(false)}
                    onResurrected={(risen) => {
                        setAsking(false);
                        onChange(risen);
                        showDone('The run lives once more.');
                    }}
                />
            )}
        </>
    );
}

const MOST_BUILDS = 100;

/** Lets a run live once more, maybe with other options. */
export function ResurrectDialog({
    run,
    onClose,
    onResurrected,
}: {
    run: Run;
    onClose: () => void;
    onResurrected: (run: Run) => void;
}) {
    const [choices, setChoices] = useState<RunChoices>({});
    const builds = useResource(`builds of ${run.actId}`, (signal) =>
        api<Listed<BuildItem>>(`/acts/${run.actId}/builds`, { query: { desc: true, limit: MOST_BUILDS }, signal }),
    );
    const resurrect = async (): Promise<void> => {
        const query = queryOf(choices);
        onResurrected(await api<Run>(`/actor-runs/${run.id}/resurrect`, { method: 'POST', query }));
    };
    return (
        <FormDialog title="Resurrect the run" verb="Resurrect" onSubmit={resurrect} onClose={onClose}>
            <p>It goes on with the storages and the log that it has, and with its time anew.</p>
            <RunOptions
                choices={choices}
                onChange={setChoices}
                defaults={{ ...run.options, build: run.buildNumber }}
                builds={builds.value?.items.map(({ buildNumber }) => buildNumber) ?? []}
            />
        </FormDialog>
    );
}
