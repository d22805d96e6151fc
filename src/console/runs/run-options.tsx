import { Check, LabelledField, type Option, SelectField } from '../ui/fields.js';
import type { QueryValues } from '../api/api.js';
import type { Run, Task } from '../api/json.js';

/** The options of a run that the user has chosen; others are as the Actor, or the task, has them. */
export interface RunChoices {
    readonly build?: string | undefined;
    readonly memoryMbytes?: number | undefined;
    readonly timeoutSecs?: number | undefined;
    readonly maxItems?: number | undefined;
    readonly maxTotalChargeUsd?: number | undefined;
    readonly restartOnError?: boolean | undefined;
}

/** Returns the options as the query of a start has them. */
export function queryOf({ memoryMbytes, timeoutSecs, ...same }: RunChoices): QueryValues {
    return { ...same, memory: memoryMbytes, timeout: timeoutSecs };
}

/** Returns the options that a run had. */
export function choicesOf({ options }: Pick<Run, 'options'>): RunChoices {
    const { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError } = options;
    return { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError };
}

/** Returns the options as tasks and schedules keep them. */
export function keptOptions(choices: RunChoices): NonNullable<Task['options']> {
    return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
}

const MEMORIES = [128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];
const FIGURES = [
    { name: 'timeoutSecs', label: 'Timeout', unit: 'seconds (0 = no limit)' },
    { name: 'maxItems', label: 'Max paid items', unit: 'items' },
    { name: 'maxTotalChargeUsd', label: 'Max charge', unit: 'USD' },
] as const;

interface RunOptionsProps {
    readonly choices: RunChoices;
    readonly onChange: (choices: RunChoices) => void;
    /** What counts where nothing is chosen. */
    readonly defaults: RunChoices;
    /** Tags and numbers that can be chosen. */
    readonly builds: readonly string[];
}

/** The fields for the options of a run. */
export function RunOptions({ choices, onChange, defaults, builds }: RunOptionsProps) {
    const { build, memoryMbytes, restartOnError } = choices;
    const memories = [...new Set([...MEMORIES, memoryMbytes ?? 128])].toSorted((a, b) => a - b);
    return (
        <div class="form options">
            <SelectField
                label="Build"
                value={build ?? ''}
                options={[defaultOption(defaults.build), ...builds.map((name) => [name, name] as const)]}
                onChange={(name) => onChange({ ...choices, build: name || undefined })}
            />
            <SelectField
                label="Memory"
                value={String(memoryMbytes ?? '')}
                options={[
                    defaultOption(defaults.memoryMbytes && `${defaults.memoryMbytes} MB`),
                    ...memories.map((mbytes) => [String(mbytes), `${mbytes} MB`] as const),
                ]}
                onChange={(text) => onChange({ ...choices, memoryMbytes: Number(text) || undefined })}
            />
            {FIGURES.map(({ name, label, unit }) => (
                <LabelledField key={name} label={label} unit={unit}>
                    {(id) => (
                        <input
                            id={id}
                            type="number"
                            min={0}
                            step="any"
                            value={choices[name] ?? ''}
                            placeholder={String(defaults[name] ?? 'No limit')}
                            onInput={({ currentTarget: { valueAsNumber: figure } }) =>
                                onChange({ ...choices, [name]: Number.isNaN(figure) ? undefined : figure })
                            }
                        />
                    )}
                </LabelledField>
            ))}
            <Check
                label="Restart on error"
                isOn={restartOnError === true}
                onChange={(isOn) => onChange({ ...choices, restartOnError: isOn || undefined })}
            />
        </div>
    );
}

function defaultOption(value: string | number | undefined): Option {
    return ['', value ? `Default: ${value}` : 'Default'];
}
