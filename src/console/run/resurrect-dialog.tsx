import { api } from '../api/api.js';
import { useResource } from '../api/use-resource.js';
import { queryOf, type RunChoices } from '../options/run-choices.js';
import { RunOptions } from '../options/run-options.js';
import { FormDialog } from '../parts/form-dialog.js';
import { useState, type JSX } from '../preact.js';
import type { BuildItem, Page, Run } from '../api/json.js';

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
}): JSX.Element {
    const [choices, setChoices] = useState<RunChoices>({});
    const builds = useResource(`builds of ${run.actId}`, (signal) =>
        api<Page<BuildItem>>(`/acts/${run.actId}/builds`, { query: { desc: true, limit: MOST_BUILDS }, signal }),
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
