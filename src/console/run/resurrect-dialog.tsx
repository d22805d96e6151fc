import { api } from '../api/api.js';
import { Button } from '../parts/button.js';
import { Dialog } from '../parts/dialog.js';
import { ChoiceField } from '../parts/fields.js';
import { TextField } from '../parts/labelled-field.js';
import { useState, type JSX } from '../preact.js';
import type { Run } from '../api/json.js';

const MEMORIES = [128, 256, 512, 1_024, 2_048, 4_096, 8_192, 16_384, 32_768] as const;

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
    const [build, setBuild] = useState('');
    const [memory, setMemory] = useState(String(run.options.memoryMbytes));
    const [timeout, setTimeoutSecs] = useState(String(run.options.timeoutSecs));
    const isTimeout = /^\d{1,9}$/.test(timeout);
    const resurrect = async (): Promise<void> => {
        const query = { build: build.trim(), memory, timeout: Number(timeout) };
        onResurrected(await api<Run>(`/actor-runs/${run.id}/resurrect`, { method: 'POST', query }));
    };
    return (
        <Dialog
            title="Resurrect the run"
            onClose={onClose}
            actions={
                <>
                    <Button onPress={onClose}>Cancel</Button>
                    <Button kind="primary" isDisabled={!isTimeout} onPress={resurrect}>
                        Resurrect
                    </Button>
                </>
            }
        >
            <p>It goes on with the storages and the log that it has.</p>
            <TextField label="Build" value={build} placeholder={`${run.buildNumber}, as before`} onChange={setBuild} />
            <ChoiceField
                label="Memory"
                value={memory}
                choices={MEMORIES.map((mbytes) => [String(mbytes), `${mbytes} MB`])}
                onChange={setMemory}
            />
            <TextField
                label="Timeout in seconds; 0 is none"
                value={timeout}
                trouble={isTimeout ? undefined : 'A whole number of seconds.'}
                onChange={setTimeoutSecs}
            />
        </Dialog>
    );
}
