import { useBuilds } from '../actors/use-actor.js';
import { DraftFields, type DraftField } from '../form/draft-fields.js';
import type { QueryValues } from '../api/api.js';
import type { Actor, Run, Task } from '../api/json.js';

/** The options of a run that the user has set. The others have the values of the Actor or task. */
export type RunOptionValues = { readonly [Name in keyof Run['options']]?: Run['options'][Name] | undefined };

/** Converts the options to the query of a start request. */
export function toQuery({ memoryMbytes, timeoutSecs, ...same }: RunOptionValues): QueryValues {
    return { ...same, memory: memoryMbytes, timeout: timeoutSecs };
}

/** Returns the options that are set, for tasks and schedules. */
export function definedOptions(values: RunOptionValues): NonNullable<Task['options']> {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}

const MEMORIES = [128, 256, 512, 1024, 2048, 4096, 8192, 16384, 32768];
const FIGURES = [
    { name: 'timeoutSecs', title: 'Timeout', unit: 'seconds (0 = no limit)' },
    { name: 'maxItems', title: 'Max paid items', unit: 'items' },
    { name: 'maxTotalChargeUsd', title: 'Max charge', unit: 'USD' },
] as const;

interface RunOptionsProps {
    readonly actor: Pick<Actor, 'id'> & Partial<Pick<Actor, 'taggedBuilds'>>;
    readonly values: RunOptionValues;
    readonly onChange: (values: RunOptionValues) => void;
    /** Values of options that are not set. */
    readonly defaults: RunOptionValues;
}

export function RunOptions({ actor, values, onChange, defaults }: RunOptionsProps) {
    const builds = useBuilds(actor.id).value?.items ?? [];
    const numbers = builds.flatMap(({ status, buildNumber }) => (status === 'SUCCEEDED' ? [buildNumber] : []));
    const names = new Set([...Object.keys(actor.taggedBuilds ?? {}), ...numbers]);
    const memories = [...new Set([...MEMORIES, values.memoryMbytes ?? 128, defaults.memoryMbytes ?? 128])].toSorted(
        (a, b) => a - b,
    );
    const fields: readonly DraftField<RunOptionValues>[] = [
        { name: 'build', title: 'Build', editor: 'select', enum: [...names], default: defaults.build },
        {
            name: 'memoryMbytes',
            type: 'number',
            editor: 'select',
            title: 'Memory',
            enum: memories.map(String),
            enumTitles: memories.map((mbytes) => `${mbytes} MB`),
            default: defaults.memoryMbytes,
        },
        ...FIGURES.map((figure) => ({
            ...figure,
            type: 'number',
            minimum: 0,
            placeholder: String(defaults[figure.name] ?? 'No limit'),
        })),
        { name: 'restartOnError', type: 'boolean', title: 'Restart on error' },
    ];
    return (
        <div class="form options">
            <DraftFields draft={values} onChange={(changed) => onChange({ ...values, ...changed })} fields={fields} />
        </div>
    );
}
