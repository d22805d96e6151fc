import { useId } from 'preact/hooks';
import type { QueryValues } from '../api/api.js';
import type { Run, Task } from '../api/json.js';

const MEMORIES = [128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];

/** What counts where nothing is chosen. */
export interface RunDefaults {
    readonly build?: string | undefined;
    readonly memoryMbytes?: number | undefined;
    readonly timeoutSecs?: number | undefined;
    readonly maxItems?: number | undefined;
    readonly maxTotalChargeUsd?: number | undefined;
}

/** The options of a run. */
export function RunOptions({
    choices,
    onChange,
    defaults,
    builds,
}: {
    choices: RunChoices;
    onChange: (choices: RunChoices) => void;
    defaults: RunDefaults;
    /** Tags and numbers that can be chosen. */
    builds: readonly string[];
}) {
    const memories = MEMORIES.includes(choices.memoryMbytes ?? 128) ? MEMORIES : [choices.memoryMbytes!, ...MEMORIES];
    return (
        <div class="form options">
            <Choice
                label="Build"
                value={choices.build}
                fallback={defaults.build}
                values={builds.map((build) => [build, build])}
                onChange={(build) => onChange({ ...choices, build })}
            />
            <Choice
                label="Memory"
                value={choices.memoryMbytes === undefined ? undefined : String(choices.memoryMbytes)}
                fallback={defaults.memoryMbytes === undefined ? undefined : `${defaults.memoryMbytes} MB`}
                values={memories.map((mbytes) => [String(mbytes), `${mbytes} MB`])}
                onChange={(text) =>
                    onChange({ ...choices, memoryMbytes: text === undefined ? undefined : Number(text) })
                }
            />
            <Figure
                label="Timeout"
                unit="seconds; 0 is none"
                value={choices.timeoutSecs}
                fallback={defaults.timeoutSecs}
                onChange={(timeoutSecs) => onChange({ ...choices, timeoutSecs })}
            />
            <Figure
                label="Maximum of items"
                unit="items paid for"
                value={choices.maxItems}
                fallback={defaults.maxItems}
                onChange={(maxItems) => onChange({ ...choices, maxItems })}
            />
            <Figure
                label="Maximum charge"
                unit="USD"
                value={choices.maxTotalChargeUsd}
                fallback={defaults.maxTotalChargeUsd}
                onChange={(maxTotalChargeUsd) => onChange({ ...choices, maxTotalChargeUsd })}
            />
            <label class="check">
                <input
                    type="checkbox"
                    checked={choices.restartOnError === true}
                    onChange={({ currentTarget }) =>
                        onChange({ ...choices, restartOnError: currentTarget.checked || undefined })
                    }
                />
                <span>Start the Actor anew when it fails</span>
            </label>
        </div>
    );
}

function Choice({
    label,
    value,
    fallback,
    values,
    onChange,
}: {
    label: string;
    value: string | undefined;
    fallback: string | undefined;
    values: readonly (readonly [value: string, text: string])[];
    onChange: (value: string | undefined) => void;
}) {
    const id = useId();
    return (
        <div class="field">
            <label for={id}>{label}</label>
            <select
                id={id}
                value={value ?? ''}
                onChange={({ currentTarget }) => onChange(currentTarget.value || undefined)}
            >
                <option value="">{fallback === undefined ? 'Default' : `Default: ${fallback}`}</option>
                {values.map(([name, text]) => (
                    <option key={name} value={name}>
                        {text}
                    </option>
                ))}
            </select>
        </div>
    );
}

function Figure({
    label,
    unit,
    value,
    fallback,
    onChange,
}: {
    label: string;
    unit: string;
    value: number | undefined;
    fallback: number | undefined;
    onChange: (value: number | undefined) => void;
}) {
    const id = useId();
    return (
        <div class="field">
            <div class="field-head">
                <label for={id}>{label}</label>
                <span class="faint">{unit}</span>
            </div>
            <input
                id={id}
                type="number"
                min={0}
                step="any"
                value={value ?? ''}
                placeholder={fallback === undefined ? 'No limit' : String(fallback)}
                onInput={({ currentTarget: { value: text, valueAsNumber } }) =>
                    onChange(text === '' || Number.isNaN(valueAsNumber) ? undefined : valueAsNumber)
                }
            />
        </div>
    );
}

/** What somebody has chosen for a run; what is left out is as the Actor, or the task, has it. */
export interface RunChoices {
    readonly build?: string | undefined;
    readonly memoryMbytes?: number | undefined;
    readonly timeoutSecs?: number | undefined;
    readonly maxItems?: number | undefined;
    readonly maxTotalChargeUsd?: number | undefined;
    readonly restartOnError?: boolean | undefined;
}

/** As the query of a start has them. */
export function queryOf({ memoryMbytes, timeoutSecs, ...same }: RunChoices): QueryValues {
    return { ...same, memory: memoryMbytes, timeout: timeoutSecs };
}

/** Those that a run had. */
export function choicesOf({ options }: Pick<Run, 'options'>): RunChoices {
    const { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError } = options;
    return { build, memoryMbytes, timeoutSecs, maxItems, maxTotalChargeUsd, restartOnError };
}

/** As tasks and schedules keep them: without what is left out. */
export function keptOptions(choices: RunChoices): NonNullable<Task['options']> {
    return Object.fromEntries(Object.entries(choices).filter(([, value]) => value !== undefined));
}
