import { useState } from 'preact/hooks';
import { useBuildOf } from '../actors/use-actor.js';
import { type RunChoices, RunOptions } from '../runs/run-options.js';
import { ResourceView } from '../ui/page.js';
import { type InputWriting, useInputDraft } from './input-draft.js';
import { InputEditor } from './input-editor.js';
import type { ComponentChildren, VNode } from 'preact';
import type { Actor, Build } from '../api/json.js';

/** An input and run options that are being edited, with what edits them. */
export interface InputFormParts extends InputWriting {
    readonly build: Build | null;
    readonly choices: RunChoices;
    readonly editor: VNode;
    readonly options: VNode;
    /** Shows the errors of fields that were not edited too. */
    readonly showAll: () => void;
    readonly showsAll: boolean;
}

interface InputFormProps {
    readonly actor: Actor;
    /** Undefined where the form begins with the prefills of the schema. */
    readonly given: { readonly input: unknown } | undefined;
    /** The options that the form begins with. */
    readonly begin: RunChoices;
    readonly children: (parts: InputFormParts) => ComponentChildren;
}

/** Edits the input and the options of a run of an Actor, by the schema of the chosen build. */
export function InputForm(props: InputFormProps) {
    const [choices, setChoices] = useState(props.begin);
    const build = useBuildOf(props.actor, choices.build);
    return (
        <ResourceView resource={build}>
            {(found) => <LoadedForm {...props} build={found} choices={choices} onChoices={setChoices} />}
        </ResourceView>
    );
}

interface LoadedFormProps extends InputFormProps {
    readonly build: Build | null;
    readonly choices: RunChoices;
    readonly onChoices: (choices: RunChoices) => void;
}

function LoadedForm({ actor, given, build, choices, onChoices, children }: LoadedFormProps) {
    const writing = useInputDraft(actor, build, given, choices.build);
    const [showsAll, setShowsAll] = useState(false);
    const { schema, draft, setDraft, problems } = writing;
    const editor = (
        <section class="card" aria-label="Input">
            <InputEditor {...{ schema, draft, problems, showsAll }} onChange={setDraft} />
        </section>
    );
    const options = <RunOptions {...{ actor, choices }} onChange={onChoices} defaults={actor.defaultRunOptions} />;
    return <>{children({ ...writing, build, choices, editor, options, showsAll, showAll: () => setShowsAll(true) })}</>;
}
